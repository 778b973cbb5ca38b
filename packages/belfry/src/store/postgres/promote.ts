import type { Reminder } from "../../domain/reminder.ts";
import type { DueRequest, Promotion } from "../store.ts";
import type { Queryable } from "./database.ts";
import { insertDeliveries } from "./delivery-insert.ts";
import { retireReminders } from "./history.ts";
import { lockReminders } from "./locks.ts";
import { type Notices, tellDue } from "./notices.ts";
import { REMINDER_COLUMNS, text, toReminder, whole } from "./rows.ts";
import { statement } from "./statement.ts";
import { occurrenceText } from "./stored-occurrence.ts";
import { plain, texts } from "./values.ts";
import type { Write } from "./writing.ts";

export const FIND_DUE = statement(
  "find_due_reminders",
  `SELECT ${REMINDER_COLUMNS} FROM reminders
   WHERE state = 'active' AND next_due IS NOT NULL AND next_due <= $1 AND ($3::integer IS NULL OR shard % $4::integer = $3 - 1)
   ORDER BY next_due LIMIT $2`,
);
const ADVANCE = statement(
  "advance_reminders",
  `UPDATE reminders r SET next_due = x.next_due, next_occurrence = x.next_occurrence, rung = x.rung, version = r.version + 1, updated_at = x.now
   FROM unnest($1::text[], $2::text[], $3::integer[], $4::bigint[], $5::text[], $6::bigint[], $7::integer[]) AS x (tenant_id, id, version, next_due, next_occurrence, now, rung)
   WHERE r.tenant_id = x.tenant_id AND r.id = x.id AND r.version = x.version AND r.state = 'active'
   RETURNING r.tenant_id, r.id`,
);

export async function findDueReminders(
  database: Queryable,
  { horizonMs, limit, partition }: DueRequest,
): Promise<Reminder[]> {
  const share = [partition?.index ?? null, partition?.of ?? null];
  const rows = await database.run(FIND_DUE, [whole(horizonMs), limit, ...share]);
  return rows.map((row) => toReminder(row));
}

/** Advances reminders, and inserts the deliveries of what they ring. */
export function createPromote(write: Write, notices: Notices) {
  return (batch: readonly Promotion[]): Promise<string[]> =>
    write(async ({ transaction, ledger }) => {
      const nowMs = batch[0]?.nowMs ?? 0;
      await lockReminders(transaction, batch);
      const rows = await transaction.run(ADVANCE, advanceArrays(batch));
      const advanced = new Set(rows.map((row) => `${text(row, "tenant_id")} ${text(row, "id")}`));
      const promoted = batch.filter(({ tenantId, reminderId }) => advanced.has(`${tenantId} ${reminderId}`));
      const deliveries = promoted.flatMap((promotion) => promotion.deliveries);
      const made = await insertDeliveries(transaction, deliveries, { ledger, nowMs });
      const over = promoted.filter(({ next }) => next === null);
      await retireReminders(transaction, over, { ledger, nowMs });
      await tellDue(transaction, notices, { deliveries: made, nowMs });
      const done = new Set(promoted);
      const refused = batch.filter((promotion) => !done.has(promotion)).map(({ reminderId }) => reminderId);
      return { result: refused, nowMs };
    });
}

function advanceArrays(batch: readonly Promotion[]): string[] {
  return [
    texts<Promotion>(({ tenantId }) => tenantId).array(batch),
    texts<Promotion>(({ reminderId }) => reminderId).array(batch),
    plain<Promotion>(({ version }) => version).array(batch),
    plain<Promotion>(({ next }) => next?.dueMs ?? null).array(batch),
    texts<Promotion>(({ next }) => (next === null ? null : occurrenceText(next))).array(batch),
    plain<Promotion>(({ nowMs }) => whole(nowMs)).array(batch),
    plain<Promotion>(({ rung }) => rung).array(batch),
  ];
}
