import type { DatabaseSync } from "node:sqlite";
import { isSettled } from "../../domain/delivery.ts";
import type { Settlement } from "../store.ts";
import { CANCELLED } from "./cancel.ts";
import type { History } from "./history.ts";
import { type Row, text } from "./rows.ts";

/** Settling and expiring: how deliveries end. */
export function createSettling(db: DatabaseSync, history: History) {
  const held = db.prepare(
    `SELECT d.reminder_id, d.epoch = r.epoch AS is_current FROM deliveries d
     JOIN reminders r ON r.tenant_id = d.tenant_id AND r.id = d.reminder_id
     WHERE d.tenant_id = ? AND d.id = ? AND d.fence = ? AND d.state = 'leased'`,
  );
  const retry = db.prepare(
    `UPDATE deliveries SET state = 'retrying', send_at = ?, claim_at = ?, worker = NULL, attempts = attempts + 1, reason = ?,
     story = CASE WHEN ? IS NULL THEN story ELSE json_insert(story, '$[#]', json(?)) END
     WHERE tenant_id = ? AND id = ?`,
  );

  const settleOne = (settlement: Settlement): boolean => {
    const { tenantId, deliveryId, nowMs, reason } = settlement;
    const row = held.get(tenantId, deliveryId, settlement.fence) as Row | undefined;
    if (!row) return false;
    const attempt = settlement.attempt ? JSON.stringify(settlement.attempt) : null;
    if (settlement.state === "retrying" && row.is_current === 1) {
      retry.run(settlement.sendAtMs, settlement.sendAtMs, reason, attempt, attempt, tenantId, deliveryId);
      return true;
    }
    const isOver = isSettled(settlement.state);
    const state = isOver ? settlement.state : "cancelled";
    const why = isOver ? reason : CANCELLED;
    const failed = attempt !== null && state !== "delivered" ? 1 : 0;
    history.retireDelivery({ tenantId, deliveryId, state, reason: why, attempt, failed, nowMs });
    history.retireReminder(tenantId, text(row, "reminder_id"), nowMs);
    return true;
  };

  return {
    settle: (batch: readonly Settlement[]): string[] =>
      batch.filter((settlement) => !settleOne(settlement)).map((settlement) => settlement.deliveryId),
    expire: createExpire(db, history),
  };
}

function createExpire(db: DatabaseSync, history: History) {
  const waiting = db.prepare(
    "SELECT reminder_id FROM deliveries WHERE tenant_id = ? AND id = ? AND state = 'scheduled'",
  );
  return (
    batch: readonly { tenantId: string; deliveryId: string; reason: string }[],
    nowMs: number,
  ): void => {
    for (const { tenantId, deliveryId, reason } of batch) {
      const row = waiting.get(tenantId, deliveryId) as Row | undefined;
      if (!row) continue;
      history.retireDelivery({
        tenantId,
        deliveryId,
        state: "expired",
        reason,
        attempt: null,
        failed: 0,
        nowMs,
      });
      history.retireReminder(tenantId, text(row, "reminder_id"), nowMs);
    }
  };
}
