import { setTimeout as pause } from "node:timers/promises";

/** How long to wait before the next try, at first and at most. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

export interface Patience {
  /** How long to wait; infinity: for ever. */
  waitsMs: number;
  /** Ends the waiting. */
  giveUp: AbortSignal | undefined;
  /** Told why, before each pause. */
  onWaiting: (error: unknown) => void;
}

/**
 * Begins `work` anew while it fails with what may pass.
 *
 * @param mayPass whether waiting helps
 * @throws what `work` fails with, if waiting does not help or has lasted too long; AbortError if it was given up
 */
export async function patiently<Result>(
  work: (isAgain: boolean) => Promise<Result>,
  mayPass: (error: unknown) => boolean,
  { waitsMs, giveUp, onWaiting }: Patience,
): Promise<Result> {
  const deadlineMs = performance.now() + waitsMs;
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
