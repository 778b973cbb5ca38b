import { type AtomicFile, beginAtomicFile } from "./atomic-file.ts";
import type { CliContext } from "./context.ts";

/** Lines that are written to a file at once. */
const AT_ONCE = 100;

/** Takes line after line. */
export interface Sink {
  /** False if nobody wants more. */
  write(line: string): Promise<boolean>;
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/** A file that is replaced once all is written, or standard output. @param path `-` or nothing: standard output */
export async function openSink(path: string | undefined, context: CliContext): Promise<Sink> {
  return path === undefined || path === "-" ? standardOutput(context) : fileSink(await beginAtomicFile(path));
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
