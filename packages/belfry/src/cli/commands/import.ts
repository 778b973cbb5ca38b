import { Command } from "commander";
import type { CliContext } from "../context.ts";
import { CommandFailure, EXIT_CODES } from "../exit-code.ts";
import { parseCount } from "../schedule-options.ts";
import { createImportReport, type ImportReport } from "../transfer/import-report.ts";
import { type ImportSource, openImportSource } from "../transfer/import-source.ts";
import { createImporter, type Importer } from "../transfer/importer.ts";
import { readNumberedLines } from "../transfer/numbered-lines.ts";

const AFTER_HELP = `
One reminder a line, as the API takes it or as \`belfry export\` writes it. A wrong line is reported with
its number, and the others go on; the exit code is 1 if any was wrong.

The same file imported again within 24 hours makes nothing twice, so whatever broke an import off, just
repeat it; --from-line makes the repeat shorter. --dry-run checks that each line is JSON and not too
long, that its schedule is right and rings again, and that it has a target and something to say; the
rest, such as addresses and lengths, only the server judges, when it makes the reminder.

Examples:
  belfry import reminders.ndjson --dry-run
  belfry import reminders.ndjson
  belfry import reminders.ndjson --from-line 250001
  gunzip -c reminders.ndjson.gz | belfry import -
  belfry import reminders.ndjson --json > results.ndjson`;

interface ImportOptions {
  all?: boolean;
  dryRun?: boolean;
  fromLine: number;
  again?: boolean;
  json?: boolean;
}

/** \`belfry import\`: reminders from a file. */
export function importCommand(context: CliContext): Command {
  return new Command("import")
    .description("make reminders from a file of `belfry export`, or from one of your own")
    .argument("[file]", "NDJSON in UTF-8; - or nothing: standard input")
    .option("--dry-run", "check the lines, and make nothing")
    .option("--from-line <number>", "begin with this line", parseCount, 1)
    .option("--all", "make also what was finished or cancelled, anew")
    .option("--again", "make everything again, even if the same file was imported within 24 hours")
    .option("--json", "print what became of each line, one a line")
    .addHelpText("after", AFTER_HELP)
    .action((file: string | undefined, options: ImportOptions) => importFrom(file, options, context));
}

async function importFrom(
  file: string | undefined,
  options: ImportOptions,
  context: CliContext,
): Promise<void> {
  const source = await openImportSource(file, context);
  const { json = false, dryRun = false, fromLine } = options;
  const report = createImportReport({ context, json, isDryRun: dryRun, totalBytes: source.totalBytes });
  const signal = context.interruption();
  const importer = await importerOf({ options, report, signal }, context);
  try {
    await takeAll(source, { importer, report, signal, fromLine });
  } catch (error) {
    report.end();
    context.output.printRemark(resumption(importer, report, file));
    throw error;
  }
  report.end();
  if (report.tally.failed > 0) throw new CommandFailure(EXIT_CODES.failed);
}

interface ImportJob {
  options: ImportOptions;
  report: ImportReport;
  signal: AbortSignal;
}

async function importerOf({ options, report, signal }: ImportJob, context: CliContext): Promise<Importer> {
  const { client } = await context.connect();
  const withEnded = options.all ?? false;
  if (options.dryRun) {
    const { createChecker } = await import("../transfer/import-check.ts");
    return createChecker({ client, context, report, signal, withEnded });
  }
  const salt = options.again ? Buffer.from(context.randomBytes(16)).toString("hex") : "";
  return createImporter({ client, context, report, signal, salt, withEnded });
}

interface ImportRun {
  importer: Importer;
  report: ImportReport;
  signal: AbortSignal;
  fromLine: number;
}

/** @throws CommandFailure if it is broken off */
async function takeAll({ chunks }: ImportSource, run: ImportRun): Promise<void> {
  const { importer, report, signal, fromLine } = run;
  for await (const line of readNumberedLines(chunks)) {
    if (line.number < fromLine) continue;
    if (signal.aborted) throw new CommandFailure(EXIT_CODES.failed, "it was broken off");
    await importer.take(line);
    report.tally.lines += 1;
    report.show(line.readBytes);
  }
  await importer.flush();
}

/** How to go on after it broke off. */
function resumption(importer: Importer, { tally }: ImportReport, file: string | undefined): string {
  const line = importer.openLine();
  const again = file === undefined || file === "-" ? "" : `: belfry import ${file} --from-line ${line}`;
  const faults = tally.failed > 0 ? ", but for those that failed" : "";
  return `All lines before ${line} are done${faults}; go on there${again}`;
}
