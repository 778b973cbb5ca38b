import { Command } from "commander";
import type { CliContext } from "../context.ts";
import {
  addScheduleOptions,
  parseCount,
  parseTime,
  type ScheduleOptions,
  scheduleOf,
} from "../schedule-options.ts";
import { renderTable } from "../table.ts";
import { distance, longTime } from "../time-text.ts";

const AFTER_HELP = `
Nothing is stored. A rule that has no more occurrences shows none; one that can never fire is refused.

Examples:
  belfry preview --cron "30 9 * * 1-5" --zone Europe/Paris
  belfry preview --yearly 02-29 --time 09:00 -n 4
  belfry preview --rrule "FREQ=MONTHLY;BYDAY=-1FR" --start "2026-01-30 17:00" --after 2027-01-01T00:00Z`;

type PreviewOptions = ScheduleOptions & { after?: string; countShown: number; json?: boolean };

/** \`belfry preview\`: when a schedule would ring. */
export function previewCommand(context: CliContext): Command {
  return addScheduleOptions(new Command("preview").description("show when a schedule would ring"))
    .optionsGroup("Options:")
    .option("--after <instant>", "show what comes after this instant; default: now", parseTime)
    .option("-n, --count-shown <number>", "how many to show", parseCount, 10)
    .option("--json", "print the answer of the API")
    .addHelpText("after", AFTER_HELP)
    .action((options: PreviewOptions) => preview(options, context));
}

async function preview(options: PreviewOptions, context: CliContext): Promise<void> {
  const schedule = scheduleOf(options, context.timeZone);
  const { client } = await context.connect();
  const { after, countShown: count } = options;
  const answer = await client.schedules.preview({ schedule, count, ...(after !== undefined && { after }) });
  const { output } = context;
  if (options.json) return output.printJson(answer);
  output.print(output.paint("strong", answer.text));
  if (answer.occurrences.length === 0) return output.print("No more occurrences.");
  const table = renderTable(
    [
      { title: "NOMINAL", text: (one) => one.nominal },
      { title: "HERE", text: (one) => longTime(one.due, context.timeZone) },
      { title: "", text: (one) => distance(one.due, context.now()) },
      { title: "NOTE", text: (one) => one.resolution.note ?? "", shrinks: true },
    ],
    answer.occurrences,
    output.width,
  );
  for (const line of table) output.print(line);
}
