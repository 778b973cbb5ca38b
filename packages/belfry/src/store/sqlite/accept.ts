import type { DatabaseSync } from "node:sqlite";
import type { Reminder } from "../../domain/reminder.ts";
import type { Receipt } from "../access.ts";
import type { Acceptance, DueRequest, Promotion } from "../store.ts";
import { createDeliveryInsert } from "./delivery-insert.ts";
import type { History } from "./history.ts";
import { createInsert } from "./insert.ts";
import type { Ledger } from "./ledger.ts";
import { definePartitions, inPartition } from "./partitions.ts";
import { createPlanCheck } from "./plan-check.ts";
import { occurrenceText, REMINDER_COLUMNS, type Row, reminderValues, toReminder } from "./rows.ts";

/** Accepting and promoting: how reminders and deliveries come into being. */
export function createIntake(
  db: DatabaseSync,
  {
    history,
    ledger,
    keepReceipt,
  }: { history: History; ledger: Ledger; keepReceipt: (receipt: Receipt) => void },
) {
  const insertReminders = createInsert(db, "reminders", REMINDER_COLUMNS);
  const insertDelivery = createDeliveryInsert(db, ledger);
  const advance = db.prepare(
    `UPDATE reminders SET next_due = ?, next_occurrence = ?, rung = ?, version = version + 1, updated_at = ?
     WHERE tenant_id = ? AND id = ? AND version = ? AND state = 'active'`,
  );
  const checkPlan = createPlanCheck(db);
  const due = createDueRead(db);

  const promoteOne = (promotion: Promotion): boolean => {
    const { tenantId, reminderId, next, nowMs } = promotion;
    const advanced = advance.run(
      next?.dueMs ?? null,
      occurrenceText(next),
      promotion.rung,
      nowMs,
      tenantId,
      reminderId,
      promotion.version,
    );
    if (advanced.changes === 0) return false;
    for (const delivery of promotion.deliveries) insertDelivery(delivery, nowMs);
    if (next === null) history.retireReminder({ tenantId, reminderId, from: "active", nowMs });
    return true;
  };

  return {
    accept: (batch: readonly Acceptance[], receipt: Receipt | undefined): void => {
      if (receipt) keepReceipt(receipt);
      insertReminders(batch.map(({ reminder }) => reminderValues(reminder)));
      for (const { reminder, deliveries } of batch) {
        const { tenantId, id: reminderId, createdAtMs: atMs } = reminder;
        ledger.moved({ tenantId, kind: "reminder", from: null, to: reminder.state });
        ledger.note({
          tenantId,
          reminderId,
          deliveryId: null,
          atMs,
          type: "reminder.accepted",
          reason: null,
        });
        for (const delivery of deliveries) insertDelivery(delivery, atMs);
        checkPlan(reminder);
      }
    },
    findDue: due,
    promote: (batch: readonly Promotion[]): string[] =>
      batch.filter((promotion) => !promoteOne(promotion)).map((promotion) => promotion.reminderId),
  };
}

function createDueRead(db: DatabaseSync) {
  definePartitions(db);
  const due = `SELECT ${REMINDER_COLUMNS} FROM reminders
     WHERE state = 'active' AND next_due IS NOT NULL AND next_due <= ?1`;
  const order = "ORDER BY next_due LIMIT ?2";
  const all = db.prepare(`${due} ${order}`);
  const some = db.prepare(`${due} AND ${inPartition("reminders", "?3", "?4")} ${order}`);
  return ({ horizonMs, limit, partition }: DueRequest): Reminder[] => {
    const rows = partition
      ? some.all(horizonMs, limit, partition.index, partition.of)
      : all.all(horizonMs, limit);
    return (rows as Row[]).map(toReminder);
  };
}
