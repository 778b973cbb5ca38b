import type { DatabaseSync } from "node:sqlite";
import type { Attempt, Delivery } from "../../domain/delivery.ts";
import { firstFence } from "../first-fence.ts";
import type { Ledger } from "./ledger.ts";
import { json, type Row } from "./rows.ts";

/** Inserts a delivery where there is none; false if it is there already, or its occurrence must not ring again. */
export type DeliveryInsert = (delivery: Delivery, nowMs: number, options?: InsertOptions) => boolean;

export interface InsertOptions {
  /** Whether it follows one that was settled, so that its occurrence has rung. */
  isFollower?: boolean;
}

/**
 * Inserts a delivery if it is neither open nor in the history: its id is its identity for ever. Of a
 * reminder that was changed, it must not be an occurrence that was sent before the change, whatever its
 * target was then; and one that a change has withdrawn comes back with its story.
 */
export function createDeliveryInsert(db: DatabaseSync, ledger: Ledger): DeliveryInsert {
  const insert = db.prepare(
    `INSERT INTO deliveries (tenant_id, id, reminder_id, occurrence_id, series, kind, epoch, state, lane, channel, target,
       due_at, occurrence, send_at, claim_at, expires_at, attempts, lost_leases, fence, story, note, accepted_at, promoted_at,
       recipient_id, recipient_epoch, number, onward)
     SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?14, ?15, 0, ?20, ${firstFence("?7")}, ?16, ?17, ?18, ?19, ?21, ?22, ?23, ?24
     WHERE NOT EXISTS (SELECT 1 FROM deliveries_history WHERE tenant_id = ?1 AND id = ?2)
     ON CONFLICT (tenant_id, id) DO NOTHING`,
  );
  const isSpent = db.prepare("SELECT 1 FROM sent_keys WHERE tenant_id = ? AND occurrence_id = ?");
  const comeBack = db.prepare(
    "DELETE FROM deliveries_history WHERE tenant_id = ? AND id = ? AND state = 'cancelled' RETURNING story",
  );
  return (delivery, nowMs, { isFollower = false } = {}) => {
    const { tenantId, id: deliveryId, reminderId, occurrence } = delivery;
    const wasChanged = delivery.epoch > 0 && !isFollower;
    if (wasChanged && isSpent.get(tenantId, delivery.occurrenceId)) return false;
    const withdrawn = wasChanged ? (comeBack.get(tenantId, deliveryId) as Row | undefined) : undefined;
    if (withdrawn) ledger.moved({ tenantId, kind: "delivery", from: "cancelled", to: null });
    const story = withdrawn === undefined ? [] : json<Attempt[]>(withdrawn, "story");
    const { changes } = insert.run(
      tenantId,
      deliveryId,
      reminderId,
      delivery.occurrenceId,
      delivery.series,
      delivery.kind,
      delivery.epoch,
      delivery.state,
      delivery.lane,
      delivery.channel,
      delivery.target,
      occurrence.dueMs,
      JSON.stringify(occurrence),
      delivery.sendAtMs,
      delivery.expiresAtMs,
      JSON.stringify(story),
      delivery.note,
      delivery.acceptedAtMs,
      delivery.promotedAtMs,
      story.filter((attempt) => attempt.outcome === "in-doubt").length,
      delivery.recipientId,
      delivery.recipientEpoch,
      delivery.number,
      delivery.onward === null ? null : JSON.stringify(delivery.onward),
    );
    if (changes === 0) return false;
    ledger.moved({ tenantId, kind: "delivery", from: null, to: delivery.state });
    ledger.note({ tenantId, reminderId, deliveryId, atMs: nowMs, type: "delivery.scheduled", reason: null });
    return true;
  };
}
