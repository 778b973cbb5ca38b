import type { DatabaseSync } from "node:sqlite";
import type { DeliveryState } from "../../domain/delivery.ts";
import { revisionOf } from "../../domain/reminder.ts";
import { CANCELLED, staleRevision } from "../stale.ts";
import type { CancelRequest, CancelResult, ReminderView, StaleRevision } from "../store.ts";
import { createBasisCheck } from "./campaign-basis.ts";
import type { History } from "./history.ts";
import type { Ledger } from "./ledger.ts";

interface CancelParts {
  history: History;
  ledger: Ledger;
  find: (tenantId: string, id: string) => ReminderView | null;
}

/** Ends a reminder and all that waits for it; what is leased stays until its worker settles it. */
export function createCancel(db: DatabaseSync, { history, ledger, find }: CancelParts) {
  const end = db.prepare(
    `UPDATE reminders SET state = 'cancelled', next_due = NULL, next_occurrence = NULL, epoch = epoch + 1,
     version = version + 1, updated_at = ? WHERE tenant_id = ? AND id = ? AND state <> 'cancelled'`,
  );
  const endWaiting = createEndWaiting(db, history);
  const isStill = createBasisCheck(db);
  return (request: CancelRequest): CancelResult | StaleRevision | null => {
    const { tenantId, id, nowMs, ifRevision, basis } = request;
    const before = find(tenantId, id);
    if (!before) return null;
    const revision = revisionOf(before.reminder);
    const stale = staleRevision(revision, ifRevision);
    if (stale) return stale;
    if (basis && !isStill(tenantId, basis)) return { kind: "stale", revision };
    if (end.run(nowMs, tenantId, id).changes > 0) {
      ledger.moved({ tenantId, kind: "reminder", from: before.reminder.state, to: "cancelled" });
      ledger.note({
        tenantId,
        reminderId: id,
        deliveryId: null,
        atMs: nowMs,
        type: "reminder.cancelled",
        reason: request.reason ?? null,
      });
    }
    const counts = endWaiting(request);
    history.retireReminder({ tenantId, reminderId: id, from: "cancelled", nowMs });
    const view = find(tenantId, id);
    return view && { kind: "cancelled", view, ...counts };
  };
}

function createEndWaiting(db: DatabaseSync, history: History) {
  const open = db.prepare(
    "SELECT promoted_order AS position, id, state FROM deliveries WHERE tenant_id = ? AND reminder_id = ?",
  );
  return ({
    tenantId,
    id,
    nowMs,
    reason = CANCELLED,
  }: CancelRequest): { cancelled: number; inFlight: string[] } => {
    const rows = open.all(tenantId, id) as { position: number; id: string; state: DeliveryState }[];
    const waiting = rows.filter((row) => row.state !== "leased");
    const exit = { state: "cancelled", reason, attempt: null, failed: 0, nowMs } as const;
    for (const { position, id: deliveryId, state: from } of waiting)
      history.retireDelivery({ tenantId, deliveryId, reminderId: id, position, from, ...exit });
    return {
      cancelled: waiting.length,
      inFlight: rows.filter((row) => row.state === "leased").map((row) => row.id),
    };
  };
}
