import type { Attempt, DeliveryState } from "../../domain/delivery.ts";
import type { OccurrenceKind } from "../../domain/ids.ts";
import { shardOf } from "../../domain/partition.ts";
import type { Reminder, ReminderState } from "../../domain/reminder.ts";
import {
  type ChangePlan,
  changeResult,
  followsChange,
  type Kept,
  type OpenDelivery,
  planChange,
} from "../change-plan.ts";
import type { ChangeOutcome, ReminderChange } from "../store.ts";
import type { Queryable, Row } from "./database.ts";
import { insertDeliveries } from "./delivery-insert.ts";
import { retireDeliveries, retireReminders } from "./history.ts";
import { lockReminders } from "./locks.ts";
import { type Notices, tellChanged, tellDue } from "./notices.ts";
import { checkPlan } from "./plan-check.ts";
import { keepReceipt } from "./receipts.ts";
import { integer, json, text, whole } from "./rows.ts";
import { findSpent, rememberRecent } from "./spent.ts";
import { statement } from "./statement.ts";
import { occurrenceText, toOccurrence } from "./stored-occurrence.ts";
import { specText } from "./stored-spec.ts";
import { textArray } from "./values.ts";
import type { Write, Writing } from "./writing.ts";

const VERSION = statement(
  "reminder_version",
  "SELECT version, state FROM reminders WHERE tenant_id = $1 AND id = $2",
);
const OPEN = statement(
  "lock_open_for_change",
  `SELECT id, occurrence_id, state, kind, story, occurrence, due_at, send_at, redriven_at FROM deliveries
   WHERE tenant_id = $1 AND reminder_id = $2 ORDER BY id FOR UPDATE`,
);
const REPLACE = statement(
  "replace_reminder",
  `UPDATE reminders SET state = $3, version = $4, epoch = $5, time_zone = $6, spec = $7, next_due = $8, next_occurrence = $9,
   skips = $10, updated_at = $11, rung = $12, recipient_id = $13, shard = $14 WHERE tenant_id = $1 AND id = $2`,
);

/** Replaces reminders, and what waits of them, in one transaction. */
export function createChange(write: Write, notices: Notices) {
  return (change: ReminderChange): Promise<ChangeOutcome> =>
    write(async (writing) => ({ result: await changeOne(writing, change, notices), nowMs: change.nowMs }));
}

async function changeOne(writing: Writing, change: ReminderChange, notices: Notices): Promise<ChangeOutcome> {
  const { transaction, ledger } = writing;
  const { tenantId, id: reminderId, state: to } = change.reminder;
  await lockReminders(transaction, [{ tenantId, reminderId }]);
  const [found] = await transaction.run(VERSION, [tenantId, reminderId]);
  if (found?.version !== change.fromVersion) return { kind: "conflict" };
  const open = (await transaction.run(OPEN, [tenantId, reminderId])).map(toOpen);
  const occurrenceIds = change.deliveries.map((delivery) => delivery.occurrenceId);
  const request = { tenantId, reminderId, dueFromMs: change.spentFromMs };
  const gone = await findSpent(transaction, { ...request, occurrenceIds });
  const plan = planChange(open, change, gone);
  const result = changeResult(change, plan);
  await keepReceipt(transaction, change.receiptOf?.(result));
  await rememberRecent(transaction, request);
  await replace(writing, change);
  await applyPlan(writing, change, plan);
  await checkPlan(transaction, change.reminder);
  ledger.moved({ tenantId, kind: "reminder", from: text(found, "state") as ReminderState, to });
  const { nowMs } = change;
  await retireReminders(transaction, [{ tenantId, reminderId }], { ledger, nowMs });
  await tellDue(transaction, notices, { deliveries: change.deliveries, nowMs });
  if (plan.leased.length > 0) await tellChanged(transaction, notices, { tenantId, reminderId });
  return result;
}

function toOpen(row: Row): OpenDelivery {
  return {
    id: text(row, "id"),
    occurrenceId: text(row, "occurrence_id"),
    state: text(row, "state") as DeliveryState,
    kind: text(row, "kind") as OccurrenceKind,
    story: json<Attempt[]>(row, "story"),
    occurrence: toOccurrence(text(row, "occurrence"), integer(row, "due_at")),
    sendAtMs: integer(row, "send_at"),
    wasRedriven: row.redriven_at !== null,
  };
}

async function replace(
  { transaction, ledger }: Writing,
  { kind, reminder, nowMs }: ReminderChange,
): Promise<void> {
  const { tenantId, id: reminderId, next, skips } = reminder;
  await transaction.run(REPLACE, [
    tenantId,
    reminderId,
    reminder.state,
    reminder.version,
    reminder.epoch,
    reminder.timeZone,
    specText(reminder.spec),
    next?.dueMs ?? null,
    next === null ? null : occurrenceText(next),
    skips.length === 0 ? null : JSON.stringify(skips),
    whole(reminder.updatedAtMs),
    reminder.rung,
    reminder.recipientId,
    shardOf(reminder.recipientId ?? reminderId),
  ]);
  ledger.note({
    tenantId,
    reminderId,
    deliveryId: null,
    atMs: nowMs,
    type: `reminder.${kind}`,
    reason: null,
  });
}

async function applyPlan(
  writing: Writing,
  change: ReminderChange,
  plan: ChangePlan<OpenDelivery>,
): Promise<void> {
  const { transaction, ledger } = writing;
  const { reminder, nowMs } = change;
  await withdraw(writing, change, plan.withdrawn);
  for (const one of plan.kept) await keep(transaction, one, reminder.epoch);
  const wanted = new Set(change.deliveries.map((delivery) => delivery.id));
  const followers = plan.leased.filter((one) => followsChange(one, wanted)).map(({ id }) => id);
  await adopt(transaction, followers, reminder);
  await insertDeliveries(transaction, plan.fresh, { ledger, nowMs });
}

const REMOVE = statement(
  "remove_deliveries",
  "DELETE FROM deliveries WHERE tenant_id = $1 AND id = ANY($2::text[])",
);

/** What was tried leaves its story in the history; what was not leaves nothing, as if it had never been. */
async function withdraw(
  { transaction, ledger }: Writing,
  { reminder, nowMs, reason }: ReminderChange,
  withdrawn: readonly OpenDelivery[],
): Promise<void> {
  const { tenantId, id: reminderId } = reminder;
  const untried = withdrawn.filter(({ story }) => story.length === 0);
  if (untried.length > 0) await transaction.run(REMOVE, [tenantId, textArray(untried.map(({ id }) => id))]);
  for (const { id: deliveryId, state: from } of untried) {
    ledger.moved({ tenantId, kind: "delivery", from, to: null });
    ledger.note({ tenantId, reminderId, deliveryId, atMs: nowMs, type: "delivery.cancelled", reason });
  }
  const tried = withdrawn.filter(({ story }) => story.length > 0);
  const exit = { state: "cancelled", reason, attempt: null, failed: 0, nowMs } as const;
  const exits = tried.map(({ id, state: from }) => ({ tenantId, deliveryId: id, reminderId, from, ...exit }));
  await retireDeliveries(transaction, exits, ledger);
}

const FOLLOW = statement(
  "follow_change",
  `UPDATE deliveries SET epoch = $3, channel = $4, target = $5, lane = $6, recipient_id = $8, recipient_epoch = $9, onward = $10,
   shard = $11, expires_at = CASE WHEN redriven_at IS NULL THEN $7 ELSE expires_at END WHERE tenant_id = $1 AND id = $2 AND epoch >= 0`,
);
const MOVE = statement(
  "move_delivery",
  "UPDATE deliveries SET due_at = $3, occurrence = $4, note = $5, send_at = $6, claim_at = $6 WHERE tenant_id = $1 AND id = $2",
);
const ADOPT = statement(
  "adopt_deliveries",
  "UPDATE deliveries SET epoch = $3, recipient_epoch = $4 WHERE tenant_id = $1 AND id = ANY($2::text[]) AND epoch >= 0",
);

/** Takes what waits along into the new epoch, so that it is sent as the reminder is now; not what was acknowledged. */
async function keep(transaction: Queryable, { wanted, moves }: Kept, epoch: number): Promise<void> {
  const { tenantId, id, channel, target, lane, occurrence, note, recipientId, recipientEpoch } = wanted;
  const onward = wanted.onward === null ? null : JSON.stringify(wanted.onward);
  const way = [channel, target, lane, wanted.expiresAtMs, recipientId, recipientEpoch, onward];
  const shard = shardOf(recipientId ?? wanted.reminderId);
  await transaction.run(FOLLOW, [tenantId, id, epoch, ...way, shard]);
  if (!moves) return;
  const sendAtMs = whole(wanted.sendAtMs);
  await transaction.run(MOVE, [tenantId, id, occurrence.dueMs, occurrenceText(occurrence), note, sendAtMs]);
}

async function adopt(
  transaction: Queryable,
  ids: readonly string[],
  { tenantId, epoch, spec }: Reminder,
): Promise<void> {
  const recipientEpoch = spec.planned?.epoch ?? 0;
  if (ids.length > 0) await transaction.run(ADOPT, [tenantId, textArray(ids), epoch, recipientEpoch]);
}
