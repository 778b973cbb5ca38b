import { Command, Option } from "commander";
import type { CliContext } from "../context.ts";
import { type DeliveryChoice, deliveryFilterOf } from "../delivery-filter.ts";
import { usageFailure } from "../exit-code.ts";
import { parsePastText } from "../instant-option.ts";
import type { Reminder } from "../resources.ts";
import type { ExportRequest } from "../transfer/export-lines.ts";
import { writeLines } from "../write-lines.ts";

const AFTER_HELP = `
One reminder a line, as \`belfry import\` takes it; active and paused ones unless told otherwise. They ring
at the same instants wherever and whenever they are imported: --in becomes an instant, --every gets its
start, and what counts from when it was added gets an end. What is skipped or snoozed is not carried
over. The guide tells the rest: docs/guides/cli.md.

With --deliveries the deliveries are written instead, with their attempts and whether they were acknowledged,
one a line, latest due first; nothing takes them in again.

Examples:
  belfry export --output reminders.ndjson
  belfry export --endpoints | gzip > reminders.ndjson.gz
  belfry export --state paused | jq -c 'select(.metadata.team == "blue")' > blue.ndjson
  belfry export --server old | belfry import --server new
  belfry export --deliveries --since 30d --output sent.ndjson`;

interface ExportOptions {
  state?: Reminder["state"];
  all?: boolean;
  endpoints?: boolean;
  deliveries?: boolean;
  since?: string;
  until?: string;
  output?: string;
}

/** \`belfry export\`: reminders as a file. */
export function exportCommand(context: CliContext): Command {
  const instant = (text: string): string => parsePastText(text, context);
  return new Command("export")
    .description("write reminders to a file or to standard output, for `belfry import`")
    .addOption(
      new Option("--state <state>", "only these")
        .choices(["active", "paused", "finished", "cancelled"])
        .conflicts("all"),
    )
    .option("--all", "also those that are finished or cancelled")
    .option("--endpoints", "also the names and URLs of endpoints, without their secrets")
    .addOption(
      new Option("--deliveries", "what was sent, or is about to be, instead of reminders").conflicts([
        "state",
        "all",
        "endpoints",
      ]),
    )
    .option("--since <time>", "with --deliveries: only those due then or later; 2h is two hours ago", instant)
    .option("--until <time>", "with --deliveries: only those due earlier", instant)
    .option("--output <path>", "a file, which is replaced once all is written; default: standard output")
    .addHelpText("after", AFTER_HELP)
    .action((options: ExportOptions) => exportTo(options, context));
}

async function exportTo(options: ExportOptions, context: CliContext): Promise<void> {
  checkUsage(options);
  const { client } = await context.connect();
  const { exportDeliveries, exportLines } = await import("../transfer/export-lines.ts");
  const signal = context.interruption();
  const patience = { context, signal };
  const lines: AsyncGenerator<object, void> = options.deliveries
    ? exportDeliveries(client, deliveryFilterOf(deliveryPart(options)), patience)
    : exportLines(client, { ...requestOf(options, context), ...patience });
  await writeLines(lines, { path: options.output, signal }, context);
}

function checkUsage({ deliveries, since, until }: ExportOptions): void {
  if (!deliveries && (since !== undefined || until !== undefined))
    throw usageFailure("--since and --until choose deliveries: add --deliveries");
}

function deliveryPart({ since, until }: ExportOptions): DeliveryChoice {
  return { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
}

function requestOf(
  options: ExportOptions,
  { output }: CliContext,
): Omit<ExportRequest, "context" | "signal"> {
  return {
    state: options.all ? "all" : (options.state ?? "live"),
    withEndpoints: options.endpoints ?? false,
    onNotPortable: (id) =>
      output.printRemark(`${id} was edited and counts from then: imported, it counts from its import.`),
  };
}
