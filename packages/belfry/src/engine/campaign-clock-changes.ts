import { type Occurrence, type Plan, planOf, type Schedule, zoneNamed } from "../time/schedule.ts";
import type { Alike } from "./campaign-preview.ts";

const DAY_MS = 86_400_000;
const AHEAD_MS = 366 * DAY_MS;

/** A zone changes its clocks twice a year; Morocco four times in some. */
const MOST_CHANGES = 4;

/** Occurrences looked at around one change. */
const MOST_OCCURRENCES = 200;

/** A change of the clocks of a zone, and what it does to those who are rung there. */
export interface ClockChange {
  atMs: number;
  /** How far clocks go forward; less than 0: back. */
  shiftMs: number;
  /** Recipients who have an occurrence that falls into it. */
  recipients: number;
  /** What becomes of those, else of the rule, in words. */
  note: string;
}

/** The changes of the clocks in the zone that groups of recipients have in common. */
export function clockChangesIn(
  schedule: Schedule,
  { groups, nowMs }: { groups: readonly Alike[]; nowMs: number },
): ClockChange[] {
  const [first] = groups;
  const timeZone = first && planOf(schedule, first.context).timeZone;
  if (!first || !timeZone) return [];
  const zone = zoneNamed(timeZone);
  const changes: ClockChange[] = [];
  const plans = groups.map(({ context, recipients }) => ({ plan: planOf(schedule, context), recipients }));
  for (let afterMs = nowMs; changes.length < MOST_CHANGES; ) {
    const change = zone.transitionIn(afterMs, nowMs + AHEAD_MS);
    if (!change) break;
    const shiftMs = zone.offsetAt(change.instantMs) - zone.offsetAt(change.instantMs - 1);
    changes.push(changeAt(change.instantMs, { shiftMs, plans }));
    afterMs = change.instantMs;
  }
  return changes;
}

interface Group {
  plan: Plan;
  recipients: number;
}

function changeAt(
  atMs: number,
  { shiftMs, plans }: { shiftMs: number; plans: readonly Group[] },
): ClockChange {
  const hit = plans.flatMap(({ plan, recipients }) => {
    const occurrence = decidedNear(plan, atMs);
    return occurrence ? [{ occurrence, recipients }] : [];
  });
  const recipients = hit.reduce((sum, one) => sum + one.recipients, 0);
  const [example] = hit;
  return { atMs, shiftMs, recipients, note: example?.occurrence.resolution.note ?? wordsOf(shiftMs) };
}

/** An occurrence that the change leaves out, or brings twice. */
function decidedNear(plan: Plan, atMs: number): Occurrence | null {
  let next = plan.next(atMs - DAY_MS);
  for (let looked = 0; next !== null && looked < MOST_OCCURRENCES; looked++) {
    if (next.dueMs > atMs + DAY_MS) return null;
    const { kind } = next.resolution;
    if (kind === "gap" || kind === "fold") return next;
    next = plan.next(next.dueMs);
  }
  return null;
}

function wordsOf(shiftMs: number): string {
  const minutes = Math.abs(shiftMs) / 60_000;
  const [way, instant] = shiftMs > 0 ? ["forward", "earlier"] : ["back", "later"];
  return `clocks go ${way} by ${minutes} minutes; the wall-clock time stays, so it rings ${minutes} minutes ${instant} in UTC`;
}
