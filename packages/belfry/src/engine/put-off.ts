import type { Delivery } from "../domain/delivery.ts";
import type { Verdict } from "../domain/settlement.ts";
import { UnknownZoneError } from "../time/schedule.ts";

/** How long what this process cannot go on with is left to others, at least and at most. */
const SHORTEST_MS = 5_000;
const LONGEST_MS = 60_000;

/**
 * What becomes of a delivery that this process cannot judge or fill in, through no fault of its receiver's. While old
 * and new programs run together, one of them may know what another does not, such as a zone of newer zone data. So it
 * goes back to the store, untried, for whoever claims it next, and says why it waits. That may be this process again,
 * so each time it waits for about as long as it is late by then: soon at first, and never more than once in 5 s.
 */
export function putOff(delivery: Delivery, nowMs: number, error: unknown): Verdict {
  const lateMs = nowMs - delivery.occurrence.dueMs;
  const waitMs = Math.min(Math.max(lateMs, SHORTEST_MS), LONGEST_MS);
  // It is claimed a moment before its instant.
  const sendAtMs = Math.max(nowMs, delivery.sendAtMs) + waitMs;
  return { state: "scheduled", sendAtMs, reason: `put off: ${reasonOf(error)}` };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof UnknownZoneError)) return "Belfry itself failed; its log tells why";
  return `the worker that had it does not know the time zone ${error.timeZone}; its zone data are older`;
}
