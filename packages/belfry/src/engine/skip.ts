import { unskipped } from "../domain/advance.ts";
import { type Delivery, isByHand } from "../domain/delivery.ts";
import { InvalidInputError } from "../domain/errors.ts";
import type { Reminder } from "../domain/reminder.ts";
import type { Occurrence } from "../time/schedule.ts";
import type { ChangeKindOf, Changing } from "./change.ts";
import { following } from "./follow.ts";
import { namedToSkip, soonestToSkip } from "./occurrence-to-skip.ts";
import type { EngineDeps } from "./ports.ts";
import type { ReminderChanges } from "./reminder-changes.ts";
import { changedFrom, keysOf, planOfReminder, spentFromMs } from "./replan.ts";

/** More than so many are an exception list of the rule itself. */
const MOST_SKIPS = 1_000;

/** Takes one occurrence out of the rule, whether it waits already or is still to be planned. */
export function skipping(deps: EngineDeps, nominal: string | undefined): ChangeKindOf {
  return {
    event: "skip",
    what: "skipped",
    propose: async (standing) => {
      const { reminder, open, nowMs } = standing;
      const find =
        nominal === undefined ? soonestToSkip(deps, standing) : namedToSkip(deps, standing, nominal);
      const found = await find;
      if (found.kind !== "occurrence") return found;
      const { occurrence: skipped } = found;
      const after = without(reminder, skipped, nowMs);
      const stays = open.filter((delivery) => isByHand(delivery) || delivery.occurrence.key !== skipped.key);
      const deliveries = following(deps, after)(stays);
      const reason = "this occurrence was skipped";
      const parts = { movesInstants: false, reason, spentFromMs: spentFromMs(reminder, nowMs) };
      return { kind: "change", change: { kind: "skipped", reminder: after, deliveries, ...parts }, skipped };
    },
  };
}

/** Takes out the occurrence of a delivery that has not begun to be sent, else the next of its reminder. */
export function skippingFrom(deps: EngineDeps, change: Changing): ReminderChanges["skipFrom"] {
  return async (tenant, deliveryId, options) => {
    const delivery = await deps.store.findDelivery(tenant.id, deliveryId);
    if (!delivery) return { kind: "missing" };
    const nominal = isUnbegun(delivery) ? delivery.occurrence.nominal : undefined;
    return change({ tenant, id: delivery.reminderId }, skipping(deps, nominal), options);
  };
}

function isUnbegun(delivery: Delivery): boolean {
  const { state, story } = delivery;
  return !isByHand(delivery) && story.length === 0 && (state === "scheduled" || state === "leased");
}

/** @throws InvalidInputError if too many are taken out already */
function without(reminder: Reminder, { key, dueMs }: Occurrence, nowMs: number): Reminder {
  const skips = [...reminder.skips, { key, dueMs }];
  const after = changedFrom(reminder, nowMs, { skips });
  if (after.skips.length > MOST_SKIPS) {
    const allowed = `at most ${MOST_SKIPS} skipped ahead; give the rule exdates or another form`;
    throw new InvalidInputError(`Cannot skip an occurrence: ${MOST_SKIPS} are skipped already`, [
      { path: ["occurrence"], value: key, message: "is one too many", allowed },
    ]);
  }
  return { ...after, next: unskipped(planOfReminder(reminder), reminder.next, keysOf(after.skips)) };
}
