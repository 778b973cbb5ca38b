import type { DatabaseSync } from "node:sqlite";
import { isSettled } from "../../domain/delivery.ts";
import type { Settlement } from "../store.ts";
import { staleReason } from "./cancel.ts";
import type { History } from "./history.ts";
import type { Ledger } from "./ledger.ts";
import { integer, type Row, text } from "./rows.ts";
import { createSumming, type Recorded } from "./stats.ts";

/** Settling and expiring: how deliveries end. */
export function createSettling(db: DatabaseSync, history: History, ledger: Ledger) {
  const sumUp = createSumming(db);
  const held = db.prepare(
    `SELECT d.reminder_id, d.due_at, d.epoch = r.epoch AS is_current, r.state AS r_state FROM deliveries d
     JOIN reminders r ON r.tenant_id = d.tenant_id AND r.id = d.reminder_id
     WHERE d.tenant_id = ? AND d.id = ? AND d.fence = ? AND d.state = 'leased'`,
  );
  const retry = db.prepare(
    `UPDATE deliveries SET state = 'retrying', send_at = ?, claim_at = ?, worker = NULL, attempts = attempts + 1, reason = ?,
     story = CASE WHEN ? IS NULL THEN story ELSE json_insert(story, '$[#]', json(?)) END
     WHERE tenant_id = ? AND id = ?`,
  );

  /** Null if the lease is lost. */
  const settleOne = (settlement: Settlement): Recorded | null => {
    const { tenantId, deliveryId, nowMs, reason } = settlement;
    const row = held.get(tenantId, deliveryId, settlement.fence) as Row | undefined;
    if (!row) return null;
    const reminderId = text(row, "reminder_id");
    const recorded = { settlement, dueMs: integer(row, "due_at") };
    const attempt = settlement.attempt ? JSON.stringify(settlement.attempt) : null;
    if (settlement.state === "retrying" && row.is_current === 1) {
      retry.run(settlement.sendAtMs, settlement.sendAtMs, reason, attempt, attempt, tenantId, deliveryId);
      ledger.moved({ tenantId, kind: "delivery", from: "leased", to: "retrying" });
      ledger.note({ tenantId, reminderId, deliveryId, atMs: nowMs, type: "delivery.retrying", reason });
      return recorded;
    }
    const state = isSettled(settlement.state) ? settlement.state : "cancelled";
    const why = state === settlement.state ? reason : staleReason(row.r_state);
    const failed = attempt !== null && state !== "delivered" ? 1 : 0;
    const exit = { from: "leased", state, reason: why, attempt, failed, nowMs } as const;
    history.retireDelivery({ tenantId, deliveryId, reminderId, ...exit });
    history.retireReminder(tenantId, reminderId, nowMs);
    return recorded;
  };

  return {
    settle: (batch: readonly Settlement[]): string[] => {
      const results = batch.map((settlement) => ({ settlement, recorded: settleOne(settlement) }));
      sumUp(results.flatMap(({ recorded }) => recorded ?? []));
      return results.filter(({ recorded }) => !recorded).map(({ settlement }) => settlement.deliveryId);
    },
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
        reminderId: text(row, "reminder_id"),
        from: "scheduled",
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
