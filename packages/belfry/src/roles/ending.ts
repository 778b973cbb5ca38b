import { constants } from "node:os";

/** SIGHUP: the terminal that it was started from is gone. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What of Node's process signals have to do with. */
export interface Signalled {
  once(signal: (typeof SIGNALS)[number], listener: () => void): unknown;
  exit(code: number): void;
}

/** Resolves with the first signal to end; any second one ends at once, as a shell tells of it. */
export function heardSignal(process: Signalled): Promise<string> {
  let isEnding = false;
  return new Promise((resolve) => {
    const hear = (signal: (typeof SIGNALS)[number]): void => {
      if (isEnding) process.exit(128 + constants.signals[signal]);
      isEnding = true;
      process.once(signal, () => hear(signal));
      resolve(signal);
    };
    for (const signal of SIGNALS) process.once(signal, () => hear(signal));
  });
}
