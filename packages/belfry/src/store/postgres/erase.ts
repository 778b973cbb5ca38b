import { ERASED, erasedSpec } from "../erased-spec.ts";
import type { Erasure } from "../recipient-store.ts";
import type { Queryable, Row } from "./database.ts";
import { integer, text } from "./rows.ts";
import { statement } from "./statement.ts";
import { specText, toSpec } from "./stored-spec.ts";
import { lines, plain, textArray, texts } from "./values.ts";
import type { Write } from "./writing.ts";

/**
 * A story that can be taken apart: PostgreSQL has neither NUL nor half of a surrogate pair, which as JSON.stringify writes
 * it are the only escapes of this form. What is taken out of it is none of what others have said.
 */
const READABLE_STORY = "regexp_replace(h.story, '\\\\u(0000|d[89a-f][0-9a-f]{2})', '\\\\ufffd', 'g')::json";

/** The address that was sent to, and what the other side said. */
const DELIVERIES = statement(
  "erase_deliveries",
  `WITH chosen AS MATERIALIZED (SELECT id, tenant_id, settled_at FROM deliveries_history WHERE recipient_id = $2 AND recipient_id IS NOT NULL AND tenant_id = $1 LIMIT $3)
   UPDATE deliveries_history h SET target = 'recipient:' || h.recipient_id, recipient_id = NULL, note = NULL,
     lane = h.tenant_id || ' ' || h.channel || ':erased', reason = CASE WHEN h.state = 'delivered' THEN NULL ELSE '${ERASED}' END,
     story = (SELECT coalesce(json_agg(json_build_object('number', e->'number', 'worker', e->'worker', 'startedAtMs', e->'startedAtMs',
       'durationMs', e->'durationMs', 'outcome', e->'outcome'))::text, '[]') FROM json_array_elements(${READABLE_STORY}) AS e)
   FROM chosen c WHERE h.id = c.id AND h.tenant_id = c.tenant_id AND h.settled_at = c.settled_at RETURNING h.id`,
);
const INBOX = statement(
  "erase_inbox",
  "DELETE FROM inbox WHERE tenant_id = $1 AND delivery_id = ANY($2::text[])",
);
const PAST_REMINDERS = statement(
  "find_reminders_to_erase",
  `SELECT tenant_id, id, updated_at, spec FROM reminders_history
   WHERE recipient_id = $2 AND recipient_id IS NOT NULL AND tenant_id = $1 LIMIT $3 FOR UPDATE`,
);
const REMINDERS = statement(
  "erase_reminders",
  `UPDATE reminders_history h SET recipient_id = NULL, spec = x.spec
   FROM unnest($1::text[], $2::text[], $3::bigint[], string_to_array($4::text, E'\\n', '')) AS x (tenant_id, id, updated_at, spec)
   WHERE h.tenant_id = x.tenant_id AND h.id = x.id AND h.updated_at = x.updated_at`,
);
const OPEN = statement(
  "has_open_reminders",
  "SELECT FROM reminders WHERE recipient_id = $2 AND recipient_id IS NOT NULL AND tenant_id = $1 LIMIT 1",
);

/** Takes what names a person out of all that is over of them. */
export function createErase(write: Write) {
  return (tenantId: string, recipientId: string, limit: number): Promise<Erasure> =>
    write(async ({ transaction }) => {
      // First: what ends meanwhile would be found by nobody.
      const open = await transaction.run(OPEN, [tenantId, recipientId]);
      const deliveries = await transaction.run(DELIVERIES, [tenantId, recipientId, limit]);
      const ids = textArray(deliveries.map((row) => text(row, "id")));
      if (deliveries.length > 0) await transaction.run(INBOX, [tenantId, ids]);
      const reminders = await transaction.run(PAST_REMINDERS, [tenantId, recipientId, limit]);
      await eraseReminders(transaction, reminders);
      const isFull = deliveries.length === limit || reminders.length === limit;
      const result = { erased: deliveries.length + reminders.length, isMore: isFull || open.length > 0 };
      return { result, nowMs: 0 };
    });
}

async function eraseReminders(transaction: Queryable, reminders: readonly Row[]): Promise<void> {
  if (reminders.length === 0) return;
  await transaction.run(REMINDERS, [
    texts<Row>((row) => text(row, "tenant_id")).array(reminders),
    texts<Row>((row) => text(row, "id")).array(reminders),
    plain<Row>((row) => integer(row, "updated_at")).array(reminders),
    lines<Row>((row) => specText(erasedSpec(toSpec(text(row, "spec"))))).array(reminders),
  ]);
}
