import type { Occurrence, Plan } from "../time/schedule.ts";
import type { CatchUp } from "./reminder.ts";

export interface AdvanceRequest {
  /** Where the reminder stands: its next occurrence. */
  next: Occurrence | null;
  plan: Plan;
  nowMs: number;
  /** Occurrences due up to and including this instant are rung. */
  horizonMs: number;
  /** An occurrence due before this was missed: nobody was there to ring it. */
  missedBeforeMs: number;
  catchUp: CatchUp;
  usefulForMs: number;
  /** At most so many occurrences at once. */
  limit: number;
  /** Keys of occurrences that were taken out of the rule. */
  skips: ReadonlySet<string>;
}

/** An occurrence that is to be sent; `note` tells what it stands for. */
export interface Ring {
  occurrence: Occurrence;
  note: string | null;
}

export interface Advance {
  rings: Ring[];
  /** Where the reminder stands then; null when the rule has no more. */
  next: Occurrence | null;
}

/**
 * Turns the occurrences up to the horizon into rings and moves the reminder past them. Missed ones of a
 * recurring rule obey `catchUp`, within `usefulForMs`; a one-off is always rung, however late: if it is
 * no longer useful, its delivery expires and says so.
 */
export function advance(request: AdvanceRequest): Advance {
  const { plan, horizonMs, limit, skips } = request;
  const start = plan.recurring ? catchUpMissed(request) : { rings: [], next: request.next };
  const { rings } = start;
  let next = unskipped(plan, start.next, skips);
  while (next !== null && next.dueMs <= horizonMs && rings.length < limit) {
    rings.push({ occurrence: next, note: null });
    next = unskipped(plan, plan.next(next.dueMs), skips);
  }
  return { rings, next };
}

/** The first occurrence from this one on that was not taken out of the rule. */
export function unskipped(
  plan: Plan,
  from: Occurrence | null,
  skips: ReadonlySet<string>,
): Occurrence | null {
  let next = from;
  while (next !== null && skips.has(next.key)) next = plan.next(next.dueMs);
  return next;
}

function catchUpMissed(request: AdvanceRequest): Advance {
  const { next, plan, missedBeforeMs, catchUp } = request;
  if (next === null || next.dueMs >= missedBeforeMs) return { rings: [], next };
  if (catchUp === "all") return skipUseless(request, next);
  const resumed = plan.next(missedBeforeMs - 1);
  if (catchUp === "none") return { rings: [], next: resumed };
  const latest = latestMissed(request, Math.max(next.dueMs - 1, usefulSince(request)));
  if (latest === null) return { rings: [], next: resumed };
  const note =
    latest.dueMs === next.dueMs
      ? "was missed"
      : `was missed, and stands for all missed since ${next.nominal}`;
  return { rings: [{ occurrence: latest, note }], next: resumed };
}

function latestMissed({ plan, missedBeforeMs, skips }: AdvanceRequest, sinceMs: number): Occurrence | null {
  let latest = plan.previous(missedBeforeMs - 1, sinceMs);
  while (latest !== null && skips.has(latest.key)) latest = plan.previous(latest.dueMs - 1, sinceMs);
  return latest;
}

/** For `all`: every missed one is rung, but for those that are no longer useful. */
function skipUseless(request: AdvanceRequest, next: Occurrence): Advance {
  const since = usefulSince(request);
  return { rings: [], next: next.dueMs > since ? next : request.plan.next(since) };
}

function usefulSince({ nowMs, usefulForMs }: AdvanceRequest): number {
  return nowMs - usefulForMs;
}
