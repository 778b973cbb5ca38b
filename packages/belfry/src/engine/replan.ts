import { advance } from "../domain/advance.ts";
import type { Delivery } from "../domain/delivery.ts";
import { occurrenceId } from "../domain/ids.ts";
import { deliveryOf, laneOf } from "../domain/promotion.ts";
import { type CatchUp, planContextOf, type Reminder, type Skip } from "../domain/reminder.ts";
import { channelOf, targetKey } from "../domain/target.ts";
import { type Occurrence, type Plan, planOf } from "../time/schedule.ts";
import { destinationOf } from "./destinations.ts";
import type { EngineDeps } from "./ports.ts";
import { ringLimit } from "./promote.ts";

/**
 * How far back what was sent could ring again after a change: between the first zone and the last, a
 * wall-clock time takes at most 26 hours.
 */
const RECENTLY_MS = 2 * 86_400_000;

/** Occurrences that are asked after at once. */
const ASKED = 50;

/** What was taken out of the rule is remembered for so long after it was due. */
const SKIP_KEPT_MS = RECENTLY_MS;

/** The plan that a reminder follows. */
export function planOfReminder(reminder: Reminder): Plan {
  return planOf(reminder.spec.schedule, planContextOf(reminder));
}

/** True for what was asked for by hand: a change of the rule leaves it alone. */
export function isByHand({ kind, redrivenAtMs }: Delivery): boolean {
  return kind !== "rule" || redrivenAtMs !== null;
}

/** Bumps what every change bumps, and forgets what was skipped long ago. */
export function changedFrom(reminder: Reminder, nowMs: number, change: Partial<Reminder>): Reminder {
  const skips = (change.skips ?? reminder.skips).filter(({ dueMs }) => dueMs > nowMs - SKIP_KEPT_MS);
  return {
    ...reminder,
    ...change,
    skips,
    version: reminder.version + 1,
    epoch: reminder.epoch + 1,
    updatedAtMs: nowMs,
  };
}

/**
 * An open delivery as the changed reminder sends it: to its target, as long as it says. What was asked for
 * by hand keeps its id wherever it goes; an occurrence of the rule has one for each target.
 */
export function followed(deps: EngineDeps, delivery: Delivery, reminder: Reminder): Delivery {
  const { spec, epoch, tenantId } = reminder;
  const destination = destinationOf(deps, spec.target);
  const channel = channelOf(spec.target);
  const target = targetKey(spec.target);
  const isSameTarget = delivery.channel === channel && delivery.target === target;
  if (!isSameTarget && !isByHand(delivery)) {
    const ring = { occurrence: delivery.occurrence, note: delivery.note };
    const anew = deliveryOf({ reminder, ring, destination, nowMs: reminder.updatedAtMs });
    return { ...anew, sendAtMs: Math.max(anew.sendAtMs, reminder.updatedAtMs) };
  }
  const lane = laneOf(tenantId, channel, destination);
  const expiresAtMs = delivery.occurrence.dueMs + spec.policy.usefulForMs;
  return { ...delivery, epoch, channel, target, lane, expiresAtMs };
}

export interface RulePlan {
  /** Where the rule begins to be planned. */
  from: Occurrence | null;
  nowMs: number;
  catchUp: CatchUp;
}

/** What a reminder's rule rings inside the near window from an occurrence on, and where it stands then. */
export function planRule(
  deps: EngineDeps,
  reminder: Reminder,
  { from, nowMs, catchUp }: RulePlan,
): { deliveries: Delivery[]; next: Occurrence | null } {
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
  const destination = destinationOf(deps, reminder.spec.target);
  return { deliveries: rings.map((ring) => deliveryOf({ reminder, ring, destination, nowMs })), next };
}

/** The keys of what was taken out of a rule. */
export function keysOf(skips: readonly Skip[]): ReadonlySet<string> {
  return new Set(skips.map((skip) => skip.key));
}

/**
 * From when on what was settled could ring again. Only a wall-clock time can: an instant, and a time with
 * its offset, are the same in every zone.
 */
export function spentFromMs({ next }: Reminder, nowMs: number): number {
  const isWallClock = next === null || /T\d\d:\d\d(?::\d\d)?$/.test(next.key);
  return isWallClock ? nowMs - RECENTLY_MS : nowMs;
}

/** The first occurrence from `from` on that was not sent before the change. */
export async function firstUnsent(
  deps: EngineDeps,
  reminder: Reminder,
  { from, nowMs }: { from: Occurrence | null; nowMs: number },
): Promise<Occurrence | null> {
  const plan = planOfReminder(reminder);
  const skips = keysOf(reminder.skips);
  let next = from;
  while (next !== null) {
    const some = take(plan, next, skips);
    const ids = some.map((occurrence) => idOf(reminder, occurrence));
    const { tenantId, id: reminderId } = reminder;
    const dueFromMs = spentFromMs(reminder, nowMs);
    const spent = await deps.store.findSpent({ tenantId, reminderId, dueFromMs, occurrenceIds: ids });
    const unsent = some.find((_, index) => !spent.has(ids[index] ?? ""));
    if (unsent) return unsent;
    const last = some.at(-1) ?? next;
    next = plan.next(last.dueMs);
  }
  return null;
}

function take(plan: Plan, from: Occurrence, skips: ReadonlySet<string>): Occurrence[] {
  const some: Occurrence[] = [];
  let next: Occurrence | null = from;
  for (let taken = 0; next !== null && taken < ASKED; taken++) {
    if (!skips.has(next.key)) some.push(next);
    next = plan.next(next.dueMs);
  }
  return some;
}

function idOf({ tenantId, series }: Reminder, { key }: Occurrence): string {
  return occurrenceId({ tenantId, series, kind: "rule", key });
}
