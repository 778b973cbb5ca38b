import { StoreError } from "../domain/errors.ts";
import type { Clock, Timer } from "./clock.ts";

/** What is looked at to see whether anything goes on. */
export interface Unsettled {
  readonly hand: { readonly size: number };
  holding(): { running: number };
  idle(): Promise<void>;
}

/** Resolves with whether a promise has been kept within so long; never rejects by itself. */
export async function isWithin(clock: Clock, ms: number, promise: Promise<unknown>): Promise<boolean> {
  let timer: Timer | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = clock.at(clock.now() + ms, () => resolve(false));
  });
  const isKept = await Promise.race([promise.then(() => true), tooLate]);
  timer?.cancel();
  return isKept;
}

/**
 * Waits until all that is in hand is settled, for as long as anything goes on: an attempt runs, or one more is recorded.
 *
 * @throws StoreError if nothing does within `ms`: a pass has to end, also on a store that fails for good
 */
export async function allSettled(clock: Clock, runner: Unsettled, ms: number): Promise<void> {
  const idle = runner.idle();
  for (;;) {
    const before = runner.hand.size;
    if (await isWithin(clock, ms, idle)) return;
    const left = runner.hand.size;
    if (left < before || runner.holding().running > 0) continue;
    const why = `${left} of its deliveries are sent and could not be recorded, or could not be tried; the log tells why`;
    throw new StoreError("store_failed", `Cannot end the pass: ${why}`);
  }
}
