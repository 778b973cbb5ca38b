import type { Job } from "./order.ts";
import { RETRY_MS } from "./retry.ts";

/**
 * Belfry waits for a random time between nothing and its bound, so that a herd that failed together does not
 * come back together: a bound of twice the peers' wait is the same wait on average.
 */
const LONGEST_WAIT = `PT${(2 * RETRY_MS) / 1_000}S`;

/** A reminder as Belfry is asked for it. */
export function belfryRequest({ url, message, data, dueMs }: Job) {
  return {
    schedule: { at: new Date(dueMs).toISOString() },
    to: { channel: "webhook", address: url },
    content: { text: message, data },
  };
}

/** One that is tried again soon. */
export function belfryRetryingRequest(job: Job) {
  return { ...belfryRequest(job), retry: { initial: LONGEST_WAIT, max: LONGEST_WAIT } };
}
