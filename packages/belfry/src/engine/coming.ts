import type { Delivery } from "../domain/delivery.ts";
import type { Reminder } from "../domain/reminder.ts";
import type { Occurrence } from "../time/schedule.ts";
import type { EngineDeps } from "./ports.ts";
import type { ComingOccurrence } from "./reminder-changes.ts";
import { unsentFrom } from "./replan.ts";

/** What is to come of a reminder, soonest first: what waits or is being sent, then what its rule rings. */
export async function comingOccurrences(
  deps: EngineDeps,
  { tenantId, id, count }: { tenantId: string; id: string; count: number },
): Promise<ComingOccurrence[] | null> {
  const view = await deps.store.findReminder(tenantId, id);
  if (!view) return null;
  const open = await deps.store.findOpenDeliveries(tenantId, id);
  const waiting = open.map(({ occurrence, kind, id: deliveryId }) => ({ occurrence, kind, deliveryId }));
  const planned = await plannedOf(deps, view.reminder, { open, count });
  const ahead = planned.map((occurrence) => ({ occurrence, kind: "rule" as const, deliveryId: null }));
  return [...waiting, ...ahead].sort((a, b) => a.occurrence.dueMs - b.occurrence.dueMs).slice(0, count);
}

/** What is being sent at a pause is where the reminder stands, too: it is named once. */
async function plannedOf(
  deps: EngineDeps,
  reminder: Reminder,
  { open, count }: { open: readonly Delivery[]; count: number },
): Promise<Occurrence[]> {
  // By the date that is gone nothing will ring, and by the next one it is not known when.
  if (reminder.spec.planned?.waitsFor !== undefined) return [];
  const openKeys = new Set(open.flatMap(({ kind, occurrence }) => (kind === "rule" ? [occurrence.key] : [])));
  const nowMs = Math.floor(deps.clock.now());
  const planned: Occurrence[] = [];
  for await (const occurrence of unsentFrom(deps, reminder, { from: reminder.next, nowMs })) {
    if (!openKeys.has(occurrence.key)) planned.push(occurrence);
    if (planned.length >= count) break;
  }
  return planned;
}
