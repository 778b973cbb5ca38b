import type { Logger } from "../ops/log.ts";

/** What of Node's process a crash has to do with. */
export interface Crashing {
  on(event: "uncaughtException" | "unhandledRejection", listener: (error: unknown) => void): unknown;
  exit(code: number): void;
}

/**
 * Ends the process when an error was caught by nobody: what state it is in then, nobody knows. The log
 * tells why first. Whoever supervises it starts it again, and all that was promised is on disk.
 */
export function endOnCrash(log: Pick<Logger, "fatal">, process: Crashing): void {
  const end = (error: unknown): void => {
    try {
      log.fatal({ err: asError(error) }, "Cannot go on: an error was not expected; start Belfry again");
    } finally {
      process.exit(1);
    }
  };
  process.on("uncaughtException", end);
  process.on("unhandledRejection", end);
}

/** Anything can be thrown. */
function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
