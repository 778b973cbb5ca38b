import type { DatabaseSync } from "node:sqlite";
import type { Delivery } from "../../domain/delivery.ts";
import type { Receipt } from "../access.ts";
import type { Acceptance, Promotion } from "../store.ts";
import type { History } from "./history.ts";
import { occurrenceText, REMINDER_COLUMNS, type Row, reminderValues, toReminder } from "./rows.ts";

/** Accepting and promoting: how reminders and deliveries come into being. */
export function createIntake(db: DatabaseSync, history: History, keepReceipt: (receipt: Receipt) => void) {
  const insertReminder = db.prepare(
    `INSERT INTO reminders (${REMINDER_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertDelivery = createDeliveryInsert(db);
  const advance = db.prepare(
    `UPDATE reminders SET next_due = ?, next_occurrence = ?, version = version + 1, updated_at = ?
     WHERE tenant_id = ? AND id = ? AND version = ? AND state = 'active'`,
  );
  const due = db.prepare(
    `SELECT ${REMINDER_COLUMNS} FROM reminders
     WHERE state = 'active' AND next_due IS NOT NULL AND next_due <= ? ORDER BY next_due LIMIT ?`,
  );

  const promoteOne = (promotion: Promotion): boolean => {
    const { tenantId, reminderId, next, nowMs } = promotion;
    const advanced = advance.run(
      next?.dueMs ?? null,
      occurrenceText(next),
      nowMs,
      tenantId,
      reminderId,
      promotion.version,
    );
    if (advanced.changes === 0) return false;
    promotion.deliveries.forEach(insertDelivery);
    if (next === null) history.retireReminder(tenantId, reminderId, nowMs);
    return true;
  };

  return {
    accept: (batch: readonly Acceptance[], receipt: Receipt | undefined): void => {
      if (receipt) keepReceipt(receipt);
      for (const { reminder, deliveries } of batch) {
        insertReminder.run(...reminderValues(reminder));
        deliveries.forEach(insertDelivery);
      }
    },
    findDue: (horizonMs: number, limit: number) =>
      due.all(horizonMs, limit).map((row) => toReminder(row as Row)),
    promote: (batch: readonly Promotion[]): string[] =>
      batch.filter((promotion) => !promoteOne(promotion)).map((promotion) => promotion.reminderId),
  };
}

/** Inserts a delivery if it is neither open nor in the history: its id is its identity for ever. */
function createDeliveryInsert(db: DatabaseSync): (delivery: Delivery) => void {
  const insert = db.prepare(
    `INSERT INTO deliveries (tenant_id, id, reminder_id, occurrence_id, series, kind, epoch, state, lane, channel, target,
       due_at, occurrence, send_at, claim_at, expires_at, attempts, lost_leases, fence, story, note, accepted_at, promoted_at)
     SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, '[]', ?, ?, ?
     WHERE NOT EXISTS (SELECT 1 FROM deliveries_history WHERE tenant_id = ? AND id = ?)
     ON CONFLICT (tenant_id, id) DO NOTHING`,
  );
  return (delivery) => {
    const { tenantId, id } = delivery;
    insert.run(
      tenantId,
      id,
      delivery.reminderId,
      delivery.occurrenceId,
      delivery.series,
      delivery.kind,
      delivery.epoch,
      delivery.state,
      delivery.lane,
      delivery.channel,
      delivery.target,
      delivery.occurrence.dueMs,
      JSON.stringify(delivery.occurrence),
      delivery.sendAtMs,
      delivery.sendAtMs,
      delivery.expiresAtMs,
      delivery.note,
      delivery.acceptedAtMs,
      delivery.promotedAtMs,
      tenantId,
      id,
    );
  };
}
