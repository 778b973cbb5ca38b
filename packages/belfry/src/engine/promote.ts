import { advance } from "../domain/advance.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { Partition } from "../domain/partition.ts";
import { catchUpOf, planContextOf, type Reminder, type Skip } from "../domain/reminder.ts";
import type { Promotion } from "../store/store.ts";
import { type Occurrence, type Plan, planOf } from "../time/schedule.ts";
import { deliveriesOf } from "./deliveries-of.ts";
import type { Observe } from "./observer.ts";
import { placedAnew } from "./placed-anew.ts";
import type { EngineDeps } from "./ports.ts";
import { createPiece, turn } from "./turn.ts";

/** Reminders in one transaction. */
const PROMOTE_BATCH = 50;

/** Deliveries in one transaction: bounds how long it keeps the event loop. */
const DELIVERY_BATCH = 1_000;

/** How many occurrences of each of so many reminders may become deliveries in one transaction. */
export function ringLimit(reminders: number): number {
  return Math.max(1, Math.floor(DELIVERY_BATCH / reminders));
}

export interface ToPromote {
  nowMs: number;
  /** At most so many occurrences become deliveries. */
  limit: number;
  /** What its schedule says, if that has been read already. */
  plan?: Plan;
}

/** The deliveries that the near window holds of a reminder, and where it stands then. */
export function promoteReminder(
  deps: Pick<EngineDeps, "channels" | "tuning" | "zoneData">,
  reminder: Reminder,
  { nowMs, limit, plan = planOf(reminder.spec.schedule, planContextOf(reminder)) }: ToPromote,
): { deliveries: Delivery[]; next: Occurrence | null; rung: number } {
  const { rings, next } = advance({
    next: placedAnew(plan, reminder.next, deps.zoneData),
    plan,
    nowMs,
    horizonMs: nowMs + deps.tuning.nearWindowMs,
    missedBeforeMs: nowMs - deps.tuning.missedAfterMs,
    catchUp: catchUpOf(reminder),
    usefulForMs: reminder.spec.policy.usefulForMs,
    limit,
    skips: keysOf(reminder.skips),
  });
  const { rung } = reminder;
  return {
    deliveries: deliveriesOf(deps, reminder, { rings, nowMs, rung }),
    next,
    rung: rung + rings.length,
  };
}

/** Hardly any reminder has skips. */
const NO_KEYS: ReadonlySet<string> = new Set();

function keysOf(skips: readonly Skip[]): ReadonlySet<string> {
  return skips.length === 0 ? NO_KEYS : new Set(skips.map(({ key }) => key));
}

export interface PromotionEvents {
  /** Deliveries are stored; the soonest is to be sent at this instant. */
  onStored: (sendAtMs: number) => void;
  /** False once the pass is to end, whatever is left. */
  isWanted: () => boolean;
}

/**
 * One pass of the scheduler: every reminder due inside the near window becomes deliveries and moves on.
 * Any number of passes may run at once: a reminder that another one has moved is left alone.
 *
 * @returns how many deliveries were made
 */
export async function promoteDue(deps: EngineDeps, events: PromotionEvents): Promise<number> {
  const nowMs = Math.floor(deps.clock.now());
  const broken = new Set<string>();
  let made = 0;
  while (events.isWanted()) {
    const due = await deps.store.findDueReminders({
      horizonMs: nowMs + deps.tuning.nearWindowMs,
      limit: PROMOTE_BATCH + broken.size,
      ...shareOf(deps),
    });
    const promotions = promoteSome(deps, { due, broken, nowMs });
    if (promotions.length === 0) break;
    const refused = new Set(await deps.store.promote(promotions));
    if (deps.observe) tellPromoted(deps.observe, promotions, refused);
    const sendAts = promotions.flatMap((promotion) =>
      promotion.deliveries.map((delivery) => delivery.sendAtMs),
    );
    made += sendAts.length;
    if (sendAts.length > 0) events.onStored(Math.min(...sendAts));
    await turn();
  }
  return made;
}

/** The share of the work that is this process's, if it has not all of it. */
export function shareOf({ self }: Pick<EngineDeps, "self">): { partition?: Partition } {
  return self?.partition ? { partition: self.partition } : {};
}

interface Pass {
  due: readonly Reminder[];
  /** Reminders that cannot be planned; those that are found are added. */
  broken: Set<string>;
  nowMs: number;
}

/** As many as can be planned in one piece of work, one at least. */
function promoteSome(deps: EngineDeps, { due, broken, nowMs }: Pass): Promotion[] {
  const isLong = createPiece(deps.clock);
  const promotions: Promotion[] = [];
  for (const reminder of due) {
    if (broken.has(reminder.id)) continue;
    const promotion = promoteSafely(deps, reminder, nowMs);
    if (promotion) promotions.push(promotion);
    else broken.add(reminder.id);
    if (promotions.length > 0 && isLong()) break;
  }
  return promotions;
}

function tellPromoted(
  observe: Observe,
  promotions: readonly Promotion[],
  refused: ReadonlySet<string>,
): void {
  for (const { tenantId, reminderId, deliveries } of promotions) {
    if (deliveries.length === 0 || refused.has(reminderId)) continue;
    observe({ kind: "promoted", tenantId, reminderId, deliveries: deliveries.length });
  }
}

/** Null if the reminder cannot be planned (its zone left the zone data): it must not stop the others. */
function promoteSafely(deps: EngineDeps, reminder: Reminder, nowMs: number): Promotion | null {
  try {
    const { tenantId, id: reminderId, version } = reminder;
    return {
      tenantId,
      reminderId,
      version,
      nowMs,
      ...promoteReminder(deps, reminder, { nowMs, limit: ringLimit(PROMOTE_BATCH) }),
    };
  } catch (error) {
    deps.onFault(`promote reminder ${reminder.id}`, error);
    return null;
  }
}
