import type { DatabaseSync } from "node:sqlite";
import { type Delivery, statesBefore } from "../../domain/delivery.ts";
import type { Receipt } from "../access.ts";
import type { RedriveRequest, RedriveResult } from "../store.ts";
import { columnsWith, DELIVERY_COLUMNS, integer, REMINDER_COLUMNS, type Row, toDelivery } from "./rows.ts";

/** Bringing a settled delivery back, and its reminder with it if that has left too. */
export function createRedrive(db: DatabaseSync, keepReceipt: (receipt: Receipt) => void) {
  const redrivable = new Set<string>(statesBefore("redrive"));
  const find = db.prepare(
    `SELECT ${DELIVERY_COLUMNS}, settled_at FROM deliveries_history WHERE tenant_id = ?1 AND id = ?2
     UNION ALL SELECT ${DELIVERY_COLUMNS}, NULL FROM deliveries WHERE tenant_id = ?1 AND id = ?2`,
  );
  const usefulFor = "SELECT json_extract(spec, '$.policy.usefulForMs') AS useful_for FROM";
  const reminder = db.prepare(
    `${usefulFor} reminders WHERE tenant_id = ?1 AND id = ?2 UNION ALL ${usefulFor} reminders_history WHERE tenant_id = ?1 AND id = ?2`,
  );
  const move = prepareMoves(db);

  return ({ tenantId, id, nowMs, receiptOf }: RedriveRequest): RedriveResult | null => {
    const row = find.get(tenantId, id) as Row | undefined;
    if (!row) return null;
    const settled = toDelivery(row);
    if (!redrivable.has(settled.state)) return { kind: "refused", state: settled.state };
    const spec = reminder.get(tenantId, settled.reminderId) as Row | undefined;
    if (!spec) return null;
    const delivery = redriven(settled, nowMs, nowMs + integer(spec, "useful_for"));
    // First, since a job that is refused must not have written anything.
    if (receiptOf) keepReceipt(receiptOf(delivery));
    move.reminder.run(tenantId, settled.reminderId);
    move.forgetReminder.run(tenantId, settled.reminderId);
    move.delivery.run(nowMs, nowMs, delivery.expiresAtMs, nowMs, tenantId, id);
    move.forgetDelivery.run(tenantId, id);
    return { kind: "redriven", delivery };
  };
}

/** The delivery as it is then: to be sent now, with all attempts before it and as long to be useful. */
function redriven(settled: Delivery, nowMs: number, expiresAtMs: number): Delivery {
  const anew = { attempts: 0, lostLeases: 0, reason: null, settledAtMs: null };
  return { ...settled, ...anew, state: "scheduled", sendAtMs: nowMs, expiresAtMs, redrivenAtMs: nowMs };
}

function prepareMoves(db: DatabaseSync) {
  const columns = columnsWith(DELIVERY_COLUMNS, {
    state: "'scheduled'",
    epoch: "(SELECT epoch FROM reminders r WHERE r.tenant_id = h.tenant_id AND r.id = h.reminder_id)",
    send_at: "?",
    expires_at: "?",
    attempts: "0",
    lost_leases: "0",
    reason: "NULL",
    redriven_at: "?",
  });
  return {
    reminder: db.prepare(
      `INSERT INTO reminders (${REMINDER_COLUMNS}, recipient_id) SELECT ${REMINDER_COLUMNS}, recipient_id
       FROM reminders_history WHERE tenant_id = ? AND id = ?`,
    ),
    forgetReminder: db.prepare("DELETE FROM reminders_history WHERE tenant_id = ? AND id = ?"),
    delivery: db.prepare(
      `INSERT INTO deliveries (claim_at, ${DELIVERY_COLUMNS}, recipient_epoch) SELECT ?, ${columns}, recipient_epoch
       FROM deliveries_history h WHERE tenant_id = ? AND id = ?`,
    ),
    forgetDelivery: db.prepare("DELETE FROM deliveries_history WHERE tenant_id = ? AND id = ?"),
  };
}
