import { Command, InvalidArgumentError } from "commander";
import type { CliContext } from "../context.ts";
import { addScheduleOptions, parseTime, type ScheduleOptions, scheduleOf } from "../schedule-options.ts";
import { renderTable } from "../table.ts";
import { distance, longTime } from "../time-text.ts";

const AFTER_HELP = `
Nothing is stored. A rule that has no more occurrences shows none; one that can never fire is refused.

Examples:
  belfry preview --cron "30 9 * * 1-5" --zone Europe/Paris
  belfry preview --yearly 02-29 --time 09:00 -n 4
  belfry preview --rrule "FREQ=MONTHLY;BYDAY=-1FR" --start "2026-01-30 17:00" --after 2027-01-01T00:00Z`;

type PreviewOptions = ScheduleOptions & { after?: string; next: number; json?: boolean };

const MOST_SHOWN = 1000;

/** \`belfry preview\`: when a schedule would ring. */
export function previewCommand(context: CliContext): Command {
  return addScheduleOptions(new Command("preview").description("show when a schedule would ring"))
    .optionsGroup("Options:")
    .option("--after <instant>", "show what comes after this instant; default: now", parseTime)
    .option("-n, --next <number>", `how many to show, 1 to ${MOST_SHOWN}`, parseShown, 10)
    .option("--json", "print the answer of the API")
    .addHelpText("after", AFTER_HELP)
    .action((options: PreviewOptions) => preview(options, context));
}

function parseShown(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= MOST_SHOWN) return count;
  throw new InvalidArgumentError(`Allowed: a whole number from 1 to ${MOST_SHOWN}.`);
}

/** What never rings again from now on, the server would not accept either. */
function nothing({ after }: PreviewOptions): string {
  return after === undefined
    ? "It is over: it rings no more, and `belfry add` would refuse it."
    : "No more occurrences after that.";
}

async function preview(options: PreviewOptions, context: CliContext): Promise<void> {
  const schedule = scheduleOf(options, context.timeZone);
  const { client } = await context.connect();
  const { after, next: count } = options;
  const answer = await client.schedules.preview({ schedule, count, ...(after !== undefined && { after }) });
  const { output } = context;
  if (options.json) return output.printJson(answer);
  output.print(output.paint("strong", answer.text));
  if (answer.occurrences.length === 0) return output.print(nothing(options));
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
