import type { Job } from "./order.ts";
import { RETRY_MS } from "./retry.ts";

const WAIT = `PT${RETRY_MS / 1_000}S`;

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
  return { ...belfryRequest(job), retry: { initial: WAIT, max: WAIT, jitter: "none" as const } };
}
