import type { Content } from "../../domain/content.ts";
import type { InboxEntry } from "../../domain/inbox-entry.ts";
import { decodeCursor } from "../cursor.ts";
import { pageOf } from "../page.ts";
import type { Page, PageRequest } from "../store.ts";
import type { Database, Queryable, Row } from "./database.ts";
import { integer, json, text, whole } from "./rows.ts";
import { statement } from "./statement.ts";

const PUT = statement(
  "put_inbox",
  `INSERT INTO inbox (tenant_id, delivery_id, reminder_id, content, due_at, received_at)
   VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
);
const LIST = statement(
  "list_inbox",
  "SELECT * FROM inbox WHERE tenant_id = $1 AND received_order < $2 ORDER BY received_order DESC LIMIT $3",
);

/** Keeps what the inbox channel received. */
export async function putInbox(database: Database, entry: InboxEntry): Promise<void> {
  const { tenantId, deliveryId, reminderId, content, dueMs, receivedAtMs } = entry;
  const values = [
    tenantId,
    deliveryId,
    reminderId,
    JSON.stringify(content),
    whole(dueMs),
    whole(receivedAtMs),
  ];
  await database.write(PUT, values);
}

/** Latest first. */
export async function listInbox(
  database: Queryable,
  { tenantId, after, limit }: PageRequest,
): Promise<Page<InboxEntry>> {
  const [before = Number.MAX_SAFE_INTEGER] =
    after === undefined ? [] : decodeCursor("inbox", after, ["number"]);
  const rows = await database.run(LIST, [tenantId, before, limit + 1]);
  const placeOf = (_: InboxEntry, row: Row) => [integer(row, "received_order")];
  return pageOf(rows, { list: "inbox", limit, toItem: toEntry, placeOf });
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
