import { setTimeout as pause } from "node:timers/promises";

/** How long to wait before the next try, at first and at most. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

export interface RetryOptions {
  /** Until when to try, by `performance.now()`; infinity: for ever. */
  deadlineMs: number;
  /** Ends the waiting. */
  giveUp: AbortSignal | undefined;
  /** Told why, before each pause. */
  onWaiting: (error: unknown) => void;
}

/**
 * Does `work`, and does it anew while it fails with what may pass.
 *
 * @param mayPass whether waiting helps
 * @throws what `work` fails with, if waiting does not help or would last too long; AbortError if it was given up
 */
export async function retryWhile<Result>(
  mayPass: (error: unknown) => boolean,
  work: (isAgain: boolean) => Promise<Result>,
  { deadlineMs, giveUp, onWaiting }: RetryOptions,
): Promise<Result> {
  for (let pauseMs = FIRST_PAUSE_MS, isAgain = false; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await work(isAgain);
    } catch (error) {
      if (!mayPass(error) || performance.now() + pauseMs > deadlineMs) throw error;
      onWaiting(error);
      await pause(pauseMs, null, giveUp ? { signal: giveUp } : {});
      isAgain = true;
    }
  }
}
