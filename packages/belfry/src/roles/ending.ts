import { constants } from "node:os";

/** SIGHUP: the terminal that it was started from is gone. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What of Node's process signals have to do with. */
export interface Signalled {
  on(signal: (typeof SIGNALS)[number], listener: () => void): unknown;
  exit(code: number): void;
}

/** Whoever passes a signal on does so within this. */
const PASSED_ON_WITHIN_MS = 500;

export interface EndingOptions {
  /**
   * Whoever has started it passes on what a terminal or a supervisor has sent to both: npm does so with
   * SIGINT and SIGTERM. Default: false.
   */
  isPassedOn?: boolean;
  /** In ms; default: the monotonic clock. */
  now?: () => number;
}

/** Resolves with the first signal to end; any second one ends at once, as a shell tells of it. */
export function heardSignal(
  process: Signalled,
  { isPassedOn = false, now = () => performance.now() }: EndingOptions = {},
): Promise<string> {
  let first: { signal: string; atMs: number } | undefined;
  let mayBeTheSame = isPassedOn;
  return new Promise((resolve) => {
    const hear = (signal: (typeof SIGNALS)[number]): void => {
      const isTheSame = mayBeTheSame && first?.signal === signal && now() - first.atMs < PASSED_ON_WITHIN_MS;
      if (first && !isTheSame) process.exit(128 + constants.signals[signal]);
      if (isTheSame) mayBeTheSame = false;
      first ??= { signal, atMs: now() };
      resolve(signal);
    };
    // Never without a listener, not even for a moment: what comes then would kill it.
    for (const signal of SIGNALS) process.on(signal, () => hear(signal));
  });
}
