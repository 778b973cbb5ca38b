import { advance } from "../domain/advance.ts";
import type { Delivery } from "../domain/delivery.ts";
import { deliveryOf } from "../domain/promotion.ts";
import type { Reminder } from "../domain/reminder.ts";
import type { Promotion } from "../store/store.ts";
import { type Occurrence, planOf } from "../time/schedule.ts";
import { destinationOf } from "./destinations.ts";
import type { EngineDeps } from "./ports.ts";

/** Reminders in one transaction. */
const PROMOTE_BATCH = 100;

/** Occurrences of one reminder in one transaction; the rest of its near window follows in the next. */
const RING_LIMIT = 100;

/** The deliveries that the near window holds of a reminder, and where it stands then. */
export function promoteReminder(
  deps: Pick<EngineDeps, "channels" | "tuning">,
  reminder: Reminder,
  nowMs: number,
): { deliveries: Delivery[]; next: Occurrence | null } {
  const { schedule, policy, target } = reminder.spec;
  const { rings, next } = advance({
    next: reminder.next,
    plan: planOf(schedule, { acceptedAtMs: reminder.createdAtMs, timeZone: reminder.timeZone }),
    nowMs,
    horizonMs: nowMs + deps.tuning.nearWindowMs,
    missedBeforeMs: nowMs - deps.tuning.missedAfterMs,
    catchUp: policy.catchUp,
    usefulForMs: policy.usefulForMs,
    limit: RING_LIMIT,
  });
  const destination = destinationOf(deps, target);
  return { deliveries: rings.map((ring) => deliveryOf({ reminder, ring, destination, nowMs })), next };
}

/**
 * One pass of the scheduler: every reminder due inside the near window becomes deliveries and moves on.
 * Any number of passes may run at once: a reminder that another one has moved is left alone.
 *
 * @returns how many deliveries were made
 */
export async function promoteDue(deps: EngineDeps, onStored: (sendAtMs: number) => void): Promise<number> {
  const nowMs = Math.floor(deps.clock.now());
  const broken = new Set<string>();
  let made = 0;
  for (;;) {
    const due = await deps.store.findDueReminders(
      nowMs + deps.tuning.nearWindowMs,
      PROMOTE_BATCH + broken.size,
    );
    const promotions = due.flatMap((reminder) => {
      const promotion = broken.has(reminder.id) ? null : promoteSafely(deps, reminder, nowMs);
      if (!promotion) broken.add(reminder.id);
      return promotion ?? [];
    });
    if (promotions.length === 0) return made;
    await deps.store.promote(promotions);
    const sendAts = promotions.flatMap((promotion) =>
      promotion.deliveries.map((delivery) => delivery.sendAtMs),
    );
    made += sendAts.length;
    if (sendAts.length > 0) onStored(Math.min(...sendAts));
  }
}

/** Null if the reminder cannot be planned (its zone left the zone data): it must not stop the others. */
function promoteSafely(deps: EngineDeps, reminder: Reminder, nowMs: number): Promotion | null {
  try {
    const { tenantId, id: reminderId, version } = reminder;
    return { tenantId, reminderId, version, nowMs, ...promoteReminder(deps, reminder, nowMs) };
  } catch (error) {
    deps.onFault(`promote reminder ${reminder.id}`, error);
    return null;
  }
}
