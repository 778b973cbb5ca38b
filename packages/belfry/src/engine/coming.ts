import { unskipped } from "../domain/advance.ts";
import type { Reminder } from "../domain/reminder.ts";
import type { Occurrence } from "../time/schedule.ts";
import type { EngineDeps } from "./ports.ts";
import type { ComingOccurrence } from "./reminder-changes.ts";
import { firstUnsent, keysOf, planOfReminder } from "./replan.ts";

/** What is to come of a reminder, soonest first: what waits or is being sent, then what its rule rings. */
export async function comingOccurrences(
  deps: EngineDeps,
  { tenantId, id, count }: { tenantId: string; id: string; count: number },
): Promise<ComingOccurrence[] | null> {
  const view = await deps.store.findReminder(tenantId, id);
  if (!view) return null;
  const open = await deps.store.findOpenDeliveries(tenantId, id);
  const waiting = open.map(({ occurrence, kind, id: deliveryId }) => ({ occurrence, kind, deliveryId }));
  const planned = await plannedOf(deps, view.reminder, count);
  const ahead = planned.map((occurrence) => ({ occurrence, kind: "rule" as const, deliveryId: null }));
  return [...waiting, ...ahead].sort((a, b) => a.occurrence.dueMs - b.occurrence.dueMs).slice(0, count);
}

async function plannedOf(deps: EngineDeps, reminder: Reminder, count: number): Promise<Occurrence[]> {
  const planned: Occurrence[] = [];
  const nowMs = Math.floor(deps.clock.now());
  if (reminder.next === null) return planned;
  const plan = planOfReminder(reminder);
  const skips = keysOf(reminder.skips);
  // Only what was changed can have been sent already.
  const first = (from: Occurrence | null) =>
    reminder.epoch === 0 ? from : firstUnsent(deps, reminder, { from, nowMs });
  let next = await first(reminder.next);
  while (next !== null && planned.length < count) {
    planned.push(next);
    next = await first(unskipped(plan, plan.next(next.dueMs), skips));
  }
  return planned;
}
