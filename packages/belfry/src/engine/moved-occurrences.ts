import { type Delivery, isByHand } from "../domain/delivery.ts";
import type { Reminder } from "../domain/reminder.ts";
import type { Occurrence } from "../time/schedule.ts";
import type { Standing } from "./change.ts";
import type { EngineDeps } from "./ports.ts";
import { occurrenceIdOf, planOfReminder, spentFromMs, unsentFrom } from "./replan.ts";

const DAY_MS = 86_400_000;

/** Between the first zone and the last, a wall-clock time takes at most 26 hours. */
const ZONES_APART_MS = 2 * DAY_MS;

/** A date that is corrected may move its year's occurrence by as much. */
const YEAR_MS = 366 * DAY_MS;

/** What of a rule is still to ring. */
export interface Pending {
  /** The first that waits or is to be planned; null: none. */
  first: Occurrence | null;
  /** Occurrences that were sent on some way, and go on as they are on the others. */
  begun: ReadonlySet<string>;
}

/** How a rule stands before it moves. */
export async function pendingOf(deps: EngineDeps, { reminder, open, nowMs }: Standing): Promise<Pending> {
  const ofRule = open.filter((delivery) => !isByHand(delivery));
  const begun = await begunOf(deps, { reminder, ofRule, nowMs });
  const waiting = ofRule.filter((delivery) => !begun.has(delivery.occurrenceId));
  const first = waiting[0]?.occurrence ?? reminder.next;
  return { first, begun };
}

async function begunOf(
  { store }: EngineDeps,
  { reminder, ofRule, nowMs }: { reminder: Reminder; ofRule: readonly Delivery[]; nowMs: number },
): Promise<ReadonlySet<string>> {
  const { tenantId, id: reminderId } = reminder;
  const tried = ofRule.filter(({ state, story }) => state === "leased" || story.length > 0);
  const occurrenceIds = [...new Set(ofRule.map(({ occurrenceId }) => occurrenceId))];
  if (occurrenceIds.length === 0) return new Set();
  const dueFromMs = Math.min(
    spentFromMs(reminder, nowMs),
    ...ofRule.map(({ occurrence }) => occurrence.dueMs),
  );
  const spent = await store.findSpent({ tenantId, reminderId, dueFromMs, occurrenceIds });
  return new Set([...spent, ...tried.map(({ occurrenceId }) => occurrenceId)]);
}

export interface Covered {
  /** The last that the move puts into the past, and that was not sent. */
  missed: Occurrence | null;
  /** Where the rule goes on. */
  from: Occurrence | null;
}

/**
 * What the moved rule rings of what was pending: an occurrence is known by its key, whatever instant it has
 * now, so none rings twice, and of those that were before the first that was pending only what is still to come.
 */
export async function coveredFrom(
  deps: EngineDeps,
  after: Reminder,
  { first, begun, nowMs }: Pending & { nowMs: number },
): Promise<Covered> {
  if (first === null) return { missed: null, from: null };
  const plan = planOfReminder(after);
  const isBefore = comparedWith(first);
  const isYearly = "yearly" in after.spec.schedule;
  const backMs = isYearly ? YEAR_MS : ZONES_APART_MS;
  const start = plan.next(Math.min(first.dueMs, nowMs) - backMs);
  let missed: Occurrence | null = null;
  for await (const occurrence of unsentFrom(deps, after, { from: start, nowMs })) {
    const isOver = occurrence.dueMs < nowMs;
    if ((isOver && isBefore(occurrence)) || begun.has(occurrenceIdOf(after, occurrence))) continue;
    if (!isOver) return { missed, from: occurrence };
    missed = occurrence;
  }
  return { missed, from: null };
}

/** Years and wall clocks name an occurrence wherever it is; what names an instant is compared by that. */
function comparedWith(first: Occurrence): (occurrence: Occurrence) => boolean {
  const isByName = /^\d{4}$|T\d\d:\d\d(?::\d\d)?$/.test(first.key);
  return isByName ? ({ key }) => key < first.key : ({ dueMs }) => dueMs < first.dueMs;
}
