import type { DatabaseSync } from "node:sqlite";
import type { Content } from "../../domain/content.ts";
import type { InboxEntry } from "../../domain/inbox-entry.ts";
import { decodeCursor } from "../cursor.ts";
import { pageOf } from "../page.ts";
import type { Page, PageRequest } from "../store.ts";
import { integer, json, type Row, text } from "./rows.ts";

/** What the inbox channel received. */
export function createInbox(db: DatabaseSync) {
  const insert = db.prepare(
    `INSERT INTO inbox (tenant_id, delivery_id, reminder_id, content, due_at, received_at)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const list = db.prepare(
    "SELECT * FROM inbox WHERE tenant_id = ? AND received_order < ? ORDER BY received_order DESC LIMIT ?",
  );
  return {
    put: (entry: InboxEntry): void => {
      const { tenantId, deliveryId, reminderId, content, dueMs, receivedAtMs } = entry;
      insert.run(tenantId, deliveryId, reminderId, JSON.stringify(content), dueMs, receivedAtMs);
    },
    list: ({ tenantId, after, limit }: PageRequest): Page<InboxEntry> => {
      const [before = Number.MAX_SAFE_INTEGER] =
        after === undefined ? [] : decodeCursor("inbox", after, ["number"]);
      const rows = list.all(tenantId, before, limit + 1) as Row[];
      const placeOf = (_: InboxEntry, row: Row) => [integer(row, "received_order")];
      return pageOf(rows, { list: "inbox", limit, toItem: toEntry, placeOf });
    },
  };
}

function toEntry(row: Row): InboxEntry {
  return {
    tenantId: text(row, "tenant_id"),
    deliveryId: text(row, "delivery_id"),
    reminderId: text(row, "reminder_id"),
    content: json<Content>(row, "content"),
    dueMs: integer(row, "due_at"),
    receivedAtMs: integer(row, "received_at"),
  };
}
