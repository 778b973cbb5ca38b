import { Command, Option } from "commander";
import { calendarBytes, FORMATS, type Format, formatOf } from "../calendar-file/calendar-bytes.ts";
import { createCalendarImporter } from "../calendar-file/calendar-importer.ts";
import { createCalendarReport } from "../calendar-file/calendar-report.ts";
import type { FileEntry } from "../calendar-file/file-entry.ts";
import type { CliContext } from "../context.ts";
import { CommandFailure, EXIT_CODES } from "../exit-code.ts";
import { openImportSource } from "../transfer/import-source.ts";

const AFTER_HELP = `
From iCalendar (RFC 5545) as calendar programs export it, or NDJSON with an event a line as the API takes
it. A wrong event is reported with its line, its UID, the field and the reason, and the others go in; the
exit code is 1 if any was wrong. What is over or cancelled is left out.

Of an event that recurs, its occurrences of the year to come are made, each an event of its own. Import the
file again to get later ones: what is there already is known by its UID, and changed where the file says
something else. What is in the calendar and no more in the file stays.

Examples:
  belfry calendar import work.ics --recipient ada
  belfry calendar import work.ics --recipient ada --dry-run
  curl -s https://example.com/team.ics | belfry calendar import - --recipient ada
  belfry calendar import events.ndjson --recipient ada --json > results.ndjson`;

interface ImportOptions {
  recipient: string;
  format?: Format;
  dryRun?: boolean;
  json?: boolean;
}

/** \`belfry calendar import\`: from iCalendar or NDJSON. */
export function calendarImportCommand(context: CliContext): Command {
  return new Command("import")
    .description("put the events of a file into a recipient's calendar")
    .argument("[file]", "in UTF-8; - or nothing: standard input")
    .requiredOption("--recipient <id>", "whose calendar: their id, or your own; must be given")
    .addOption(
      new Option("--format <format>", "what it holds; default: by its name, else its first line").choices(
        FORMATS,
      ),
    )
    .option("--dry-run", "read all of it, and store nothing")
    .option("--json", "print what became of each event, one a line")
    .addHelpText("after", AFTER_HELP)
    .action((file: string | undefined, options: ImportOptions) => importFrom(file, options, context));
}

async function importFrom(
  file: string | undefined,
  options: ImportOptions,
  context: CliContext,
): Promise<void> {
  const { json = false, dryRun = false, recipient } = options;
  const bytes = await calendarBytes(await openImportSource(file, context));
  const entries = await entriesIn(bytes, {
    ...options,
    format: options.format ?? formatOf(file, bytes),
    context,
  });
  const report = createCalendarReport({ context, json, isDryRun: dryRun, total: entries.length });
  const signal = context.interruption();
  const { client } = await context.connect();
  // Whoever is not there would be reported for each event.
  await client.recipients.get(recipient);
  const importer = createCalendarImporter({ client, context, report, signal });
  try {
    for (const entry of entries) {
      if (signal.aborted) throw new CommandFailure(EXIT_CODES.failed, "it was broken off");
      if (dryRun && entry.kind === "event") await report.check(entry);
      else await importer.take(entry);
      report.show();
    }
    await importer.flush();
  } catch (error) {
    report.end();
    context.output.printRemark("It may be repeated: what is in is not added again.");
    throw error;
  }
  report.end();
  if (report.tally.failed > 0) throw new CommandFailure(EXIT_CODES.failed);
}

async function entriesIn(
  bytes: Uint8Array,
  { format, recipient: owner, context }: { format: Format; recipient: string; context: CliContext },
): Promise<FileEntry[]> {
  if (format === "ics") {
    const { eventsInIcs } = await import("../calendar-file/events-in-ics.ts");
    return eventsInIcs(bytes, { owner, nowMs: context.now() });
  }
  const { eventsInNdjson } = await import("../calendar-file/events-in-ndjson.ts");
  return Array.fromAsync(eventsInNdjson(bytes, owner));
}
