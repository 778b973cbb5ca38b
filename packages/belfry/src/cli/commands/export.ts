import { Command, Option } from "commander";
import { type AtomicFile, beginAtomicFile } from "../atomic-file.ts";
import type { CliContext } from "../context.ts";
import { CommandFailure, EXIT_CODES } from "../exit-code.ts";
import { counted } from "../number-text.ts";
import { createProgress } from "../progress.ts";
import type { Reminder } from "../resources.ts";
import type { ExportRequest } from "../transfer/export-lines.ts";

/** Lines that are written to a file at once. */
const AT_ONCE = 100;

const AFTER_HELP = `
One reminder a line, as \`belfry import\` takes it; active and paused ones unless told otherwise. They ring
at the same instants wherever and whenever they are imported: --in becomes an instant, --every gets its
start, and what counts from when it was added gets an end. What is skipped or snoozed is not carried
over. The guide tells the rest: docs/guides/cli.md.

Examples:
  belfry export --output reminders.ndjson
  belfry export --endpoints | gzip > reminders.ndjson.gz
  belfry export --state paused | jq -c 'select(.metadata.team == "blue")' > blue.ndjson
  belfry export --server old | belfry import --server new`;

interface ExportOptions {
  state?: Reminder["state"];
  all?: boolean;
  endpoints?: boolean;
  output?: string;
}

/** \`belfry export\`: reminders as a file. */
export function exportCommand(context: CliContext): Command {
  return new Command("export")
    .description("write reminders to a file or to standard output, for `belfry import`")
    .addOption(
      new Option("--state <state>", "only these")
        .choices(["active", "paused", "finished", "cancelled"])
        .conflicts("all"),
    )
    .option("--all", "also those that are finished or cancelled")
    .option("--endpoints", "also the names and URLs of endpoints, without their secrets")
    .option("--output <path>", "a file, which is replaced once all is written; default: standard output")
    .addHelpText("after", AFTER_HELP)
    .action((options: ExportOptions) => exportTo(options, context));
}

async function exportTo(options: ExportOptions, context: CliContext): Promise<void> {
  const { client } = await context.connect();
  const { exportLines } = await import("../transfer/export-lines.ts");
  const signal = context.interruption();
  const lines = exportLines(client, { ...requestOf(options, context), context, signal });
  const sink =
    options.output === undefined || options.output === "-"
      ? standardOutput(context)
      : fileSink(await beginAtomicFile(options.output));
  const progress = createProgress(context);
  let written = 0;
  try {
    for await (const line of lines) {
      if (signal.aborted) throw new CommandFailure(EXIT_CODES.failed, "it was broken off before its end");
      if (!(await sink.write(JSON.stringify(line)))) break;
      written += 1;
      progress.show(`${counted(written, "line")} so far`);
    }
    await sink.commit();
  } catch (error) {
    await sink.discard();
    throw error;
  } finally {
    progress.clear();
  }
  if (context.output.isWatched) context.output.printRemark(`Exported ${counted(written, "line")}.`);
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

/** Takes line after line. */
interface Sink {
  /** False if nobody wants more. */
  write(line: string): Promise<boolean>;
  commit(): Promise<void>;
  discard(): Promise<void>;
}

function standardOutput({ output }: CliContext): Sink {
  const nothing = async (): Promise<void> => {};
  return { write: output.printSteadily, commit: nothing, discard: nothing };
}

function fileSink(file: AtomicFile): Sink {
  const lines: string[] = [];
  const pass = async (): Promise<void> => file.write(lines.splice(0).join(""));
  return {
    write: async (line) => {
      lines.push(`${line}\n`);
      if (lines.length >= AT_ONCE) await pass();
      return true;
    },
    commit: async () => {
      await pass();
      await file.commit();
    },
    discard: () => file.discard(),
  };
}
