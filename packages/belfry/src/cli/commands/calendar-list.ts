import { Command } from "commander";
import type { CliContext } from "../context.ts";
import { INSTANT_FORM, parseInstantText } from "../instant-option.ts";
import { pageLimit, readPage, remarkMore } from "../page.ts";
import type { CalendarEvent } from "../resources.ts";
import { renderTable } from "../table.ts";
import { shortTime } from "../time-text.ts";

const AFTER_HELP = `
What begins sooner first; what is over is left out unless --from says otherwise. A page may have fewer than
--limit, though more follow.

Examples:
  belfry calendar list
  belfry calendar list --recipient ada --to "2030-12-31 23:59"
  belfry calendar list --recipient ada --all --json | jq -r '.items[].title'`;

interface ListOptions {
  recipient?: string;
  from?: string;
  to?: string;
  limit: number;
  all?: boolean;
  json?: boolean;
}

/** \`belfry calendar list\`: what stands in calendars. */
export function calendarListCommand(context: CliContext): Command {
  const instant = (text: string): string => parseInstantText(text, context);
  return new Command("list")
    .description("list calendar events")
    .option("--recipient <id>", "whose: their id, or your own; default: everybody's")
    .option("--from <time>", `what is not over by then: ${INSTANT_FORM}; default: now`, instant)
    .option("--to <time>", "what begins before", instant)
    .addOption(pageLimit())
    .option("--all", "all there are, whatever --limit says")
    .option("--json", "print the answer of the API")
    .addHelpText("after", AFTER_HELP)
    .action((options: ListOptions) => list(options, context));
}

async function list(options: ListOptions, context: CliContext): Promise<void> {
  const { client } = await context.connect();
  const { recipient: owner, from = new Date(context.now()).toISOString(), to } = options;
  const filter = { from, ...(owner !== undefined && { owner }), ...(to !== undefined && { to }) };
  const page = await readPage(client.calendarEvents, { filter, ...options }, context);
  const { output } = context;
  if (options.json) return output.printJson(page);
  if (page.items.length === 0 && page.nextCursor === null)
    return output.printRemark(
      "There are no calendar events. Import some: belfry calendar import work.ics --recipient …",
    );
  for (const line of renderEvents(page.items, context)) output.print(line);
  remarkMore(page, context);
}

function renderEvents(events: readonly CalendarEvent[], { output, timeZone }: CliContext): string[] {
  const time = (text: string): string => (text.includes("T") ? shortTime(text, timeZone) : text);
  return renderTable<CalendarEvent>(
    [
      { title: "BEGINS", text: (one) => time(one.start) },
      { title: "ENDS", text: (one) => (one.end === one.start ? "" : time(one.end)) },
      { title: "TITLE", text: (one) => one.title, shrinks: true, atLeast: 12 },
      { title: "RECIPIENT", text: (one) => one.owner },
      { title: "ID", text: (one) => one.id },
    ],
    events,
    output.width,
  );
}
