import { advance, unskipped } from "../domain/advance.ts";
import { type Delivery, isByHand } from "../domain/delivery.ts";
import { occurrenceId } from "../domain/ids.ts";
import { type CatchUp, planContextOf, type Reminder, type Skip } from "../domain/reminder.ts";
import { type Occurrence, type Plan, planOf } from "../time/schedule.ts";
import { deliveriesOf } from "./deliveries-of.ts";
import type { EngineDeps } from "./ports.ts";
import { ringLimit } from "./promote.ts";
import { turn } from "./turn.ts";

/**
 * How far back what was sent could ring again after a change: between the first zone and the last, a
 * wall-clock time takes at most 26 hours.
 */
const RECENTLY_MS = 2 * 86_400_000;

/** Occurrences that are asked after at once: few at first, since most often the first one is wanted. */
const FIRST_ASKED = 10;
const MOST_ASKED = 320;

/** What was taken out of the rule is remembered for so long after it was due. */
const SKIP_KEPT_MS = RECENTLY_MS;

/** The plan that a reminder follows. */
export function planOfReminder(reminder: Reminder): Plan {
  return planOf(reminder.spec.schedule, planContextOf(reminder));
}

/** Bumps what every change bumps, and forgets what was skipped long ago and lies behind the reminder. */
export function changedFrom(reminder: Reminder, nowMs: number, change: Partial<Reminder>): Reminder {
  const keptFromMs = Math.min(nowMs - SKIP_KEPT_MS, reminder.next?.dueMs ?? nowMs);
  const skips = (change.skips ?? reminder.skips).filter(({ dueMs }) => dueMs >= keptFromMs);
  return {
    ...reminder,
    ...change,
    skips,
    version: reminder.version + 1,
    epoch: reminder.epoch + 1,
    updatedAtMs: nowMs,
  };
}

/** How many occurrences of the rule have rung before the first of those that wait and can still be moved. */
export function rungBefore({ rung }: Reminder, open: readonly Delivery[]): number {
  const waiting = open.filter((delivery) => !isByHand(delivery) && delivery.state !== "leased");
  return Math.min(rung, ...waiting.filter(({ number }) => number > 0).map(({ number }) => number - 1));
}

export interface RulePlan {
  /** Where the rule begins to be planned. */
  from: Occurrence | null;
  nowMs: number;
  catchUp: CatchUp;
  /** How many occurrences of the rule have rung before. */
  rung: number;
}

export interface PlannedRule {
  deliveries: Delivery[];
  next: Occurrence | null;
  rung: number;
}

/** What a reminder's rule rings inside the near window from an occurrence on, and where it stands then. */
export function planRule(
  deps: EngineDeps,
  reminder: Reminder,
  { from, nowMs, catchUp, rung }: RulePlan,
): PlannedRule {
  const { rings, next } = advance({
    next: from,
    plan: planOfReminder(reminder),
    nowMs,
    horizonMs: nowMs + deps.tuning.nearWindowMs,
    missedBeforeMs: nowMs - deps.tuning.missedAfterMs,
    catchUp,
    usefulForMs: reminder.spec.policy.usefulForMs,
    limit: ringLimit(1),
    skips: keysOf(reminder.skips),
  });
  return {
    deliveries: deliveriesOf(deps, reminder, { rings, nowMs, rung }),
    next,
    rung: rung + rings.length,
  };
}

/** The keys of what was taken out of a rule. */
export function keysOf(skips: readonly Skip[]): ReadonlySet<string> {
  return new Set(skips.map((skip) => skip.key));
}

/**
 * From when on what was settled could ring again: where the reminder stands, and a wall-clock time also in
 * another zone. An instant, and a time with its offset, are the same in every zone.
 */
export function spentFromMs({ next }: Reminder, nowMs: number): number {
  const isWallClock = next === null || /T\d\d:\d\d(?::\d\d)?$/.test(next.key);
  return Math.min(isWallClock ? nowMs - RECENTLY_MS : nowMs, next?.dueMs ?? nowMs);
}

export interface Walk {
  from: Occurrence | null;
  nowMs: number;
}

/** The first occurrence from `from` on that was not sent before the change. */
export async function firstUnsent(
  deps: EngineDeps,
  reminder: Reminder,
  walk: Walk,
): Promise<Occurrence | null> {
  for await (const occurrence of unsentFrom(deps, reminder, walk)) return occurrence;
  return null;
}

/** What the rule rings from `from` on, but for what was taken out of it and what was sent before a change. */
export async function* unsentFrom(
  deps: EngineDeps,
  reminder: Reminder,
  { from, nowMs }: Walk,
): AsyncGenerator<Occurrence, void, void> {
  // One of a recipient who was deleted has no plan any more: the dates that it read are gone.
  if (from === null) return;
  const plan = planOfReminder(reminder);
  const skips = keysOf(reminder.skips);
  let next = unskipped(plan, from, skips);
  for (let most = FIRST_ASKED; next !== null; most = Math.min(2 * most, MOST_ASKED)) {
    const some: Occurrence[] = [];
    for (; next !== null && some.length < most; next = unskipped(plan, plan.next(next.dueMs), skips)) {
      some.push(next);
    }
    yield* await unsentOf(deps, reminder, { some, nowMs });
    // A rule of every minute that moves between far zones has thousands that were sent.
    await turn();
  }
}

async function unsentOf(
  deps: EngineDeps,
  reminder: Reminder,
  { some, nowMs }: { some: Occurrence[]; nowMs: number },
): Promise<Occurrence[]> {
  const [first] = some;
  // Only what was changed can ring again.
  if (first === undefined || reminder.epoch === 0) return some;
  const { tenantId, id: reminderId } = reminder;
  const occurrenceIds = some.map((occurrence) => occurrenceIdOf(reminder, occurrence));
  const dueFromMs = Math.max(spentFromMs(reminder, nowMs), first.dueMs - RECENTLY_MS);
  const spent = await deps.store.findSpent({ tenantId, reminderId, dueFromMs, occurrenceIds });
  return some.filter((_, index) => !spent.has(occurrenceIds[index] ?? ""));
}

/** The identity of an occurrence of a reminder's rule. */
export function occurrenceIdOf({ tenantId, series }: Reminder, { key }: Occurrence): string {
  return occurrenceId({ tenantId, series, kind: "rule", key });
}
