import type { Attempt, Delivery } from "../domain/delivery.ts";

/** The error of an attempt of which nobody knows whether it was made. */
export const IN_DOUBT = "the worker ended without a word; it may have sent this";

/** The trace of a worker that ended without a word. */
export function lostAttempt(
  { story, sendAtMs: startedAtMs }: Pick<Delivery, "story" | "sendAtMs">,
  worker: string,
): Attempt {
  const number = story.length + 1;
  return { number, worker, startedAtMs, durationMs: 0, outcome: "in-doubt", error: IN_DOUBT };
}
