import type { DatabaseSync } from "node:sqlite";
import type { CancelRequest } from "../store.ts";
import type { History } from "./history.ts";

/** The reason of what a cancelled reminder takes with it. */
export const CANCELLED = "the reminder was cancelled";

/** Ends a reminder and all that waits for it; what is leased stays until its worker settles it. */
export function createCancel(db: DatabaseSync, history: History) {
  const end = db.prepare(
    `UPDATE reminders SET state = 'cancelled', next_due = NULL, next_occurrence = NULL, epoch = epoch + 1,
     version = version + 1, updated_at = ? WHERE tenant_id = ? AND id = ? AND state <> 'cancelled'`,
  );
  const open = db.prepare("SELECT id, state FROM deliveries WHERE tenant_id = ? AND reminder_id = ?");
  return ({ tenantId, id, nowMs }: CancelRequest): { cancelled: number; inFlight: string[] } => {
    end.run(nowMs, tenantId, id);
    const rows = open.all(tenantId, id) as { id: string; state: string }[];
    const waiting = rows.filter((row) => row.state !== "leased");
    for (const row of waiting) {
      history.retireDelivery({
        tenantId,
        deliveryId: row.id,
        state: "cancelled",
        reason: CANCELLED,
        attempt: null,
        failed: 0,
        nowMs,
      });
    }
    history.retireReminder(tenantId, id, nowMs);
    return {
      cancelled: waiting.length,
      inFlight: rows.filter((row) => row.state === "leased").map((row) => row.id),
    };
  };
}
