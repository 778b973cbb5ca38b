import { Command } from "commander";
import type { CliContext } from "../context.ts";
import { longTime } from "../time-text.ts";

const AFTER_HELP = `
Times are dates for whole days ("2030-12-24", an end being the day after the last), wall clocks
("2030-12-01T09:00") in the zone of the recipient or of --zone, or instants with their offset.

Examples:
  belfry calendar add "Dentist" --recipient ada --start 2030-12-01T09:00 --end 2030-12-01T09:30
  belfry calendar add "Holiday" --recipient ada --start 2030-12-24 --end 2030-12-27`;

interface AddOptions {
  recipient: string;
  start: string;
  end?: string;
  zone?: string;
  description?: string;
  uid?: string;
  json?: boolean;
}

/** \`belfry calendar add\`. */
export function calendarAddCommand(context: CliContext): Command {
  return new Command("add")
    .description("put an event into a recipient's calendar")
    .argument("<title>", "what it is called")
    .requiredOption("--recipient <id>", "whose calendar: their id, or your own; must be given")
    .requiredOption("--start <time>", "when it begins; must be given")
    .option("--end <time>", "when it is over; default: a date is one day, a time takes no time")
    .option("--zone <zone>", "in which wall clocks are read; default: the recipient's")
    .option("--description <text>", "what more there is to say")
    .option("--uid <text>", "its name where it comes from; the recipient has one of each")
    .option("--json", "print the answer of the API")
    .addHelpText("after", AFTER_HELP)
    .action((title: string, options: AddOptions) => add(title, options, context));
}

async function add(title: string, options: AddOptions, context: CliContext): Promise<void> {
  const { client } = await context.connect();
  const { recipient: owner, start, end, zone: timeZone, description, uid } = options;
  const event = await client.calendarEvents.create({
    owner,
    title,
    start: withT(start),
    ...(end !== undefined && { end: withT(end) }),
    ...(timeZone !== undefined && { timeZone }),
    ...(description !== undefined && { description }),
    ...(uid !== undefined && { uid }),
  });
  const { output } = context;
  if (options.json) return output.printJson(event);
  const when = event.allDay ? event.start : longTime(event.start, context.timeZone);
  output.print(`Added ${event.id}: "${event.title}", ${when}`);
}

/** People write a space where ISO 8601 has a T. */
function withT(text: string): string {
  return text.trim().replace(/^(\d{4}-\d{2}-\d{2}) +(?=\d)/, "$1T");
}
