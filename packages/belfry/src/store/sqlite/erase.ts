import type { DatabaseSync } from "node:sqlite";
import type { ReminderSpec } from "../../domain/reminder.ts";
import { ERASED, erasedSpec } from "../erased-spec.ts";
import type { Erasure } from "../recipient-store.ts";
import { integer, json, type Row, text } from "./rows.ts";

type EraseSome = (tenantId: string, recipientId: string, limit: number) => number;

/** Takes what names a person out of all that is over of them. */
export function createErase(db: DatabaseSync) {
  const eraseDeliveries = createDeliveryErase(db);
  const eraseReminders = createReminderErase(db);
  const open = db.prepare(
    "SELECT 1 FROM reminders WHERE tenant_id = ? AND recipient_id = ? AND recipient_id IS NOT NULL LIMIT 1",
  );
  return (tenantId: string, recipientId: string, limit: number): Erasure => {
    const deliveries = eraseDeliveries(tenantId, recipientId, limit);
    const reminders = eraseReminders(tenantId, recipientId, limit);
    const isFull = deliveries === limit || reminders === limit;
    return {
      erased: deliveries + reminders,
      isMore: isFull || open.get(tenantId, recipientId) !== undefined,
    };
  };
}

/** The address that was sent to, what the other side said, and what arrived in the inbox. */
function createDeliveryErase(db: DatabaseSync): EraseSome {
  const some = db.prepare(
    `SELECT settled_order, id FROM deliveries_history INDEXED BY deliveries_history_recipient
     WHERE tenant_id = ? AND recipient_id = ? AND recipient_id IS NOT NULL LIMIT ?`,
  );
  const erase = db.prepare(
    `UPDATE deliveries_history SET target = 'recipient:' || recipient_id, recipient_id = NULL, note = NULL,
       lane = tenant_id || ' ' || channel || ':erased', reason = CASE WHEN state = 'delivered' THEN NULL ELSE '${ERASED}' END,
       story = (SELECT json_group_array(json_object('number', e.value ->> 'number', 'worker', e.value ->> 'worker',
         'startedAtMs', e.value ->> 'startedAtMs', 'durationMs', e.value ->> 'durationMs', 'outcome', e.value ->> 'outcome'))
         FROM json_each(story) e)
     WHERE settled_order = ?`,
  );
  const emptyInbox = db.prepare("DELETE FROM inbox WHERE tenant_id = ? AND delivery_id = ?");
  return (tenantId, recipientId, limit) => {
    const rows = some.all(tenantId, recipientId, limit) as Row[];
    for (const row of rows) {
      erase.run(integer(row, "settled_order"));
      emptyInbox.run(tenantId, text(row, "id"));
    }
    return rows.length;
  };
}

function createReminderErase(db: DatabaseSync): EraseSome {
  const some = db.prepare(
    `SELECT id, spec FROM reminders_history INDEXED BY reminders_history_recipient
     WHERE tenant_id = ? AND recipient_id = ? AND recipient_id IS NOT NULL LIMIT ?`,
  );
  const erase = db.prepare(
    "UPDATE reminders_history SET recipient_id = NULL, spec = ? WHERE tenant_id = ? AND id = ?",
  );
  return (tenantId, recipientId, limit) => {
    const rows = some.all(tenantId, recipientId, limit) as Row[];
    for (const row of rows)
      erase.run(JSON.stringify(erasedSpec(json<ReminderSpec>(row, "spec"))), tenantId, text(row, "id"));
    return rows.length;
  };
}
