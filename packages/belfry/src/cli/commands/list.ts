import { Command, Option } from "commander";
import type { CliContext } from "../context.ts";
import { pageLimit, readPage, remarkMore } from "../page.ts";
import { messageText, stateTone, targetText } from "../reminder-text.ts";
import type { Reminder } from "../resources.ts";
import { renderTable } from "../table.ts";
import { shortTime } from "../time-text.ts";

const AFTER_HELP = `
Newest first. Times are on the clocks of this machine.

Examples:
  belfry list
  belfry list --state active --all
  belfry list --limit 100 --json | jq '.items[].id'`;

interface ListOptions {
  state?: Reminder["state"];
  limit: number;
  all?: boolean;
  json?: boolean;
}

/** \`belfry list\`: reminders. */
export function listCommand(context: CliContext): Command {
  return new Command("list")
    .description("list reminders")
    .addOption(
      new Option("--state <state>", "only these").choices(["active", "paused", "finished", "cancelled"]),
    )
    .addOption(pageLimit())
    .option("--all", "all there are, whatever --limit says")
    .option("--json", "print the answer of the API")
    .addHelpText("after", AFTER_HELP)
    .action((options: ListOptions) => list(options, context));
}

async function list(options: ListOptions, context: CliContext): Promise<void> {
  const { client } = await context.connect();
  const filter = options.state ? { state: options.state } : {};
  const page = await readPage(client.reminders, { filter, ...options }, context);
  const { output } = context;
  if (options.json) return output.printJson(page);
  if (page.items.length === 0) return output.printRemark(nothing(options));
  for (const line of renderReminders(page.items, context)) output.print(line);
  remarkMore(page, context);
}

function nothing({ state }: ListOptions): string {
  return state === undefined
    ? 'There are no reminders. Add one: belfry add "Stretch" --in 10s'
    : `No reminder is ${state}.`;
}

function renderReminders(reminders: readonly Reminder[], context: CliContext): string[] {
  const { output, timeZone } = context;
  return renderTable<Reminder>(
    [
      { title: "ID", text: (one) => one.id },
      {
        title: "STATE",
        text: (one) => one.state,
        paint: (text, one) => output.paint(stateTone(one.state), text),
      },
      { title: "NEXT", text: (one) => (one.next ? shortTime(one.next.due, timeZone) : "-") },
      { title: "TO", text: (one) => targetText(one.to), shrinks: true },
      { title: "MESSAGE", text: (one) => messageText(one.content), shrinks: true },
    ],
    reminders,
    output.width,
  );
}
