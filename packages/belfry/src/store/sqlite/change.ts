import type { DatabaseSync } from "node:sqlite";
import type { Attempt, DeliveryState } from "../../domain/delivery.ts";
import type { OccurrenceKind } from "../../domain/ids.ts";
import type { Reminder, ReminderState } from "../../domain/reminder.ts";
import type { Occurrence } from "../../time/schedule.ts";
import type { Receipt } from "../access.ts";
import {
  type ChangePlan,
  changeResult,
  followsChange,
  type Kept,
  type OpenDelivery,
  planChange,
} from "../change-plan.ts";
import type { ChangeOutcome, ReminderChange } from "../store.ts";
import { createDeliveryInsert } from "./delivery-insert.ts";
import type { History } from "./history.ts";
import type { Ledger } from "./ledger.ts";
import { createPlanCheck } from "./plan-check.ts";
import { integer, json, occurrenceText, type Row, text } from "./rows.ts";
import { createSpent } from "./spent.ts";

/** A row that is open, with what it takes to move it. */
interface OpenRow extends OpenDelivery {
  position: number;
}

/** Replaces reminders, and what waits of them, in one commit. */
export function createChange(
  db: DatabaseSync,
  {
    history,
    ledger,
    keepReceipt,
  }: { history: History; ledger: Ledger; keepReceipt: (receipt: Receipt) => void },
) {
  const version = db.prepare("SELECT version, state FROM reminders WHERE tenant_id = ? AND id = ?");
  const open = db.prepare(
    `SELECT promoted_order, id, occurrence_id, state, kind, story, occurrence, send_at, redriven_at FROM deliveries
     WHERE tenant_id = ? AND reminder_id = ?`,
  );
  const spent = createSpent(db);
  const write = createWrite(db, { history, ledger });
  const checkPlan = createPlanCheck(db);

  return (change: ReminderChange): ChangeOutcome => {
    const { tenantId, id } = change.reminder;
    const found = version.get(tenantId, id) as Row | undefined;
    if (found === undefined || integer(found, "version") !== change.fromVersion) return { kind: "conflict" };
    const rows = (open.all(tenantId, id) as Row[]).map(toOpenRow);
    const occurrenceIds = change.deliveries.map((delivery) => delivery.occurrenceId);
    const { spentFromMs: dueFromMs } = change;
    const gone = spent.find({ tenantId, reminderId: id, dueFromMs, occurrenceIds });
    const plan = planChange(rows, change, gone);
    const result = changeResult(change, plan);
    // First, since a job that is refused must not have written anything.
    if (change.receiptOf) keepReceipt(change.receiptOf(result));
    spent.remember({ tenantId, reminderId: id, dueFromMs });
    write(change, plan);
    checkPlan(change.reminder);
    // Whether it finishes with this is counted as it leaves.
    ledger.moved({
      tenantId,
      kind: "reminder",
      from: text(found, "state") as ReminderState,
      to: change.reminder.state,
    });
    const { state: from } = change.reminder;
    history.retireReminder({ tenantId, reminderId: id, from, nowMs: change.nowMs });
    return result;
  };
}

function toOpenRow(row: Row): OpenRow {
  return {
    position: integer(row, "promoted_order"),
    id: text(row, "id"),
    occurrenceId: text(row, "occurrence_id"),
    state: text(row, "state") as DeliveryState,
    kind: text(row, "kind") as OccurrenceKind,
    story: json<Attempt[]>(row, "story"),
    occurrence: json<Occurrence>(row, "occurrence"),
    sendAtMs: integer(row, "send_at"),
    wasRedriven: row.redriven_at !== null,
  };
}

function createWrite(db: DatabaseSync, { history, ledger }: { history: History; ledger: Ledger }) {
  const insert = createDeliveryInsert(db, ledger);
  const withdraw = createWithdraw(db, { history, ledger });
  const keep = createKeep(db);
  const replace = db.prepare(
    `UPDATE reminders SET state = ?, version = ?, epoch = ?, rung = ?, recipient_id = ?, time_zone = ?, spec = ?, next_due = ?, next_occurrence = ?,
     skips = ?, updated_at = ? WHERE tenant_id = ? AND id = ?`,
  );
  return (change: ReminderChange, { leased, kept, withdrawn, fresh }: ChangePlan<OpenRow>): void => {
    const { reminder, nowMs } = change;
    const { tenantId, id, next } = reminder;
    replace.run(
      reminder.state,
      reminder.version,
      reminder.epoch,
      reminder.rung,
      reminder.recipientId,
      reminder.timeZone,
      JSON.stringify(reminder.spec),
      next?.dueMs ?? null,
      occurrenceText(next),
      JSON.stringify(reminder.skips),
      reminder.updatedAtMs,
      tenantId,
      id,
    );
    ledger.note({
      tenantId,
      reminderId: id,
      deliveryId: null,
      atMs: nowMs,
      type: `reminder.${change.kind}`,
      reason: null,
    });
    for (const one of withdrawn) withdraw(one, change);
    const wanted = new Set(change.deliveries.map((delivery) => delivery.id));
    for (const one of kept) keep.waiting(one, reminder.epoch);
    for (const one of leased) if (followsChange(one, wanted)) keep.leased(one.id, reminder);
    for (const delivery of fresh) insert(delivery, nowMs);
  };
}

/** What was tried leaves its story in the history; what was not leaves nothing, as if it had never been. */
function createWithdraw(db: DatabaseSync, { history, ledger }: { history: History; ledger: Ledger }) {
  const remove = db.prepare("DELETE FROM deliveries WHERE tenant_id = ? AND id = ?");
  return ({ id: deliveryId, state: from, story, position }: OpenRow, change: ReminderChange): void => {
    const { reminder, nowMs, reason } = change;
    const { tenantId, id: reminderId } = reminder;
    if (story.length === 0) {
      remove.run(tenantId, deliveryId);
      ledger.moved({ tenantId, kind: "delivery", from, to: null });
      ledger.note({ tenantId, reminderId, deliveryId, atMs: nowMs, type: "delivery.cancelled", reason });
      return;
    }
    const exit = { state: "cancelled", reason, attempt: null, failed: 0 } as const;
    history.retireDelivery({ tenantId, deliveryId, reminderId, position, from, nowMs, ...exit });
  };
}

/** Takes deliveries along into the new epoch, so that they are sent as the reminder is now; not what was acknowledged. */
function createKeep(db: DatabaseSync) {
  const follow = db.prepare(
    `UPDATE deliveries SET epoch = ?, channel = ?, target = ?, lane = ?, recipient_id = ?, recipient_epoch = ?, onward = ?,
     expires_at = CASE WHEN redriven_at IS NULL THEN ? ELSE expires_at END WHERE tenant_id = ? AND id = ? AND epoch >= 0`,
  );
  const move = db.prepare(
    `UPDATE deliveries SET due_at = ?, occurrence = ?, note = ?, send_at = ?, claim_at = ?
     WHERE tenant_id = ? AND id = ?`,
  );
  const adopt = db.prepare(
    "UPDATE deliveries SET epoch = ?, recipient_epoch = ? WHERE tenant_id = ? AND id = ? AND epoch >= 0",
  );
  return {
    waiting: ({ wanted, moves }: Kept, epoch: number): void => {
      const { tenantId, id, channel, target, lane, occurrence, sendAtMs, note } = wanted;
      const onward = wanted.onward === null ? null : JSON.stringify(wanted.onward);
      const way = [channel, target, lane, wanted.recipientId, wanted.recipientEpoch, onward];
      follow.run(epoch, ...way, wanted.expiresAtMs, tenantId, id);
      if (!moves) return;
      move.run(occurrence.dueMs, occurrenceText(occurrence), note, sendAtMs, sendAtMs, tenantId, id);
    },
    leased: (id: string, { tenantId, epoch, spec }: Reminder): void => {
      adopt.run(epoch, spec.planned?.epoch ?? 0, tenantId, id);
    },
  };
}
