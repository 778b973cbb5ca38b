import type { CliContext } from "./context.ts";
import { CommandFailure, EXIT_CODES } from "./exit-code.ts";
import { openSink } from "./file-sink.ts";
import { counted } from "./number-text.ts";
import { createProgress } from "./progress.ts";

/** Where lines go, and what ends it early. */
export interface LineWriting {
  /** `-` or nothing: standard output. */
  path: string | undefined;
  signal: AbortSignal;
}

/**
 * Writes one JSON value a line, into a file that is replaced once all is written, or to standard output.
 *
 * @throws CommandFailure if it is broken off
 */
export async function writeLines(
  lines: AsyncIterable<object>,
  { path, signal }: LineWriting,
  context: CliContext,
): Promise<void> {
  const sink = await openSink(path, context);
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
