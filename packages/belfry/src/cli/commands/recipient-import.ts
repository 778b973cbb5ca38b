import { Command, InvalidArgumentError, Option } from "commander";
import type { CliContext } from "../context.ts";
import { CommandFailure, EXIT_CODES, usageFailure } from "../exit-code.ts";
import { collectNamed } from "../named-values.ts";
import type { ColumnOptions } from "../recipients-file/csv-recipients.ts";
import { FORMATS, type Format, formatOf } from "../recipients-file/recipient-format.ts";
import type { RecipientImporter } from "../recipients-file/recipient-importer.ts";
import { createRecipientReport, type RecipientReport } from "../recipients-file/recipient-report.ts";
import { type ImportSource, openImportSource } from "../transfer/import-source.ts";

const AFTER_HELP = `
From CSV with a row of names (externalId, firstName, email, sms, timeZone, birthday, tags, attributes.plan,
…), NDJSON as the API takes it or \`belfry recipients export\` writes it, or vCard 3.0 and 4.0. A wrong one
is reported with its line, its field and the reason, and the others go in; the exit code is 1 if any was
wrong.

Who is known already is changed: what the file says replaces what there was, the rest stays. They are
known by the externalId (a card's UID), else by e-mail address, else by phone number; so the same file
may be imported again and again.

Examples:
  belfry recipients import people.csv --dry-run
  belfry recipients import people.csv --map "Cell phone=sms" --others attributes --country FR
  belfry recipients import contacts.vcf --country US
  belfry recipients export --server old | belfry recipients import - --format ndjson --server new
  belfry recipients import people.ndjson --json > results.ndjson`;

interface ImportOptions {
  format?: Format;
  map?: Record<string, string>;
  others: ColumnOptions["unknown"];
  country?: string;
  dryRun?: boolean;
  json?: boolean;
}

/** \`belfry recipients import\`: from CSV, NDJSON or vCard. */
export function recipientImportCommand(context: CliContext): Command {
  return new Command("import")
    .description("add recipients from a file, or change those that are there")
    .argument("[file]", "in UTF-8; - or nothing: standard input")
    .addOption(new Option("--format <format>", "what it holds; default: by its name").choices(FORMATS))
    .option(
      "--map <column=field>",
      "what a column of a CSV is; may be repeated",
      collectNamed("Cell phone=sms", String),
    )
    .addOption(
      new Option("--others <what>", "what becomes of other columns of a CSV")
        .choices(["refuse", "attributes", "ignore"])
        .default("refuse"),
    )
    .option("--country <code>", "whose phone numbers those without + are: FR", readCountry)
    .option("--dry-run", "check all of it, and store nothing")
    .option("--json", "print what became of each line, one a line")
    .addHelpText("after", AFTER_HELP)
    .action((file: string | undefined, options: ImportOptions) => importFrom(file, options, context));
}

async function importFrom(
  file: string | undefined,
  options: ImportOptions,
  context: CliContext,
): Promise<void> {
  const format = options.format ?? formatOf(file);
  const { map = {}, others: unknown, dryRun = false, json = false } = options;
  if (format !== "csv" && options.map) throw usageFailure("--map is for columns, which only a CSV has");
  const source = await openImportSource(file, context);
  const report = createRecipientReport({ context, json, isDryRun: dryRun, totalBytes: source.totalBytes });
  const signal = context.interruption();
  const importer = await importerOf({ options, report, signal }, context);
  const run = { importer, report, signal, format, columns: { map, unknown } };
  try {
    await takeAll(source, run);
  } catch (error) {
    report.end();
    if (report.tally.rows > 0)
      context.output.printRemark("It may be repeated: who is in is not added again.");
    throw error;
  }
  report.end();
  if (report.tally.failed > 0) throw new CommandFailure(EXIT_CODES.failed);
}

interface ImportJob {
  options: ImportOptions;
  report: RecipientReport;
  signal: AbortSignal;
}

async function importerOf(
  { options: { country, dryRun }, report, signal }: ImportJob,
  context: CliContext,
): Promise<RecipientImporter> {
  const { client } = await context.connect();
  const parts = { client, context, report, signal, country };
  // What knows the phone numbers of the world is loaded by those who need it.
  if (!dryRun) {
    const { createRecipientImporter } = await import("../recipients-file/recipient-importer.ts");
    return createRecipientImporter(parts);
  }
  const { createRecipientChecker } = await import("../recipients-file/recipient-check.ts");
  return createRecipientChecker(parts);
}

interface ImportRun {
  importer: RecipientImporter;
  report: RecipientReport;
  signal: AbortSignal;
  format: Format;
  columns: ColumnOptions;
}

/** @throws CommandFailure if it is broken off */
async function takeAll({ chunks }: ImportSource, run: ImportRun): Promise<void> {
  const { importer, report, signal, format, columns } = run;
  const { recipientsIn } = await import("../recipients-file/recipients-in.ts");
  for await (const row of recipientsIn(chunks, format, columns)) {
    if (signal.aborted) throw new CommandFailure(EXIT_CODES.failed, "it was broken off");
    await importer.take(row);
    report.show(row.readBytes);
  }
  await importer.flush();
}

function readCountry(text: string): string {
  if (/^[A-Za-z]{2}$/.test(text)) return text.toUpperCase();
  throw new InvalidArgumentError("Allowed: two letters (ISO 3166-1), such as FR.");
}
