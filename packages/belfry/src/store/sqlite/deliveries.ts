import type { DatabaseSync } from "node:sqlite";
import type { Delivery } from "../../domain/delivery.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import type { DeliveryFilter, MissedCursor, MissedDelivery, Page, PageRequest } from "../store.ts";
import {
  DELIVERY_COLUMNS,
  integer,
  REMINDER_COLUMNS,
  type Row,
  text,
  toDelivery,
  toReminder,
} from "./rows.ts";

const ALL_STATES_BEFORE: [number, string] = [Number.MAX_SAFE_INTEGER, "~"];

/** Reading deliveries, from the hot rows and the history alike. */
export function createDeliveryReads(db: DatabaseSync) {
  const both = `SELECT ${DELIVERY_COLUMNS}, NULL AS settled_at FROM deliveries WHERE tenant_id = ?1 AND %
    UNION ALL SELECT ${DELIVERY_COLUMNS}, settled_at FROM deliveries_history WHERE tenant_id = ?1 AND %`;
  const find = db.prepare(both.replaceAll("%", "id = ?2"));
  const page = "(due_at, id) < (?2, ?3) AND (?4 IS NULL OR state = ?4)";
  const order = "ORDER BY due_at DESC, id DESC LIMIT ?5";
  const list = db.prepare(`${both.replaceAll("%", page)} ${order}`);
  const listOfReminder = db.prepare(`${both.replaceAll("%", `${page} AND reminder_id = ?6`)} ${order}`);

  return {
    find: (tenantId: string, id: string): Delivery | null => {
      const row = find.get(tenantId, id) as Row | undefined;
      return row ? toDelivery(row) : null;
    },
    list: (request: PageRequest & DeliveryFilter): Page<Delivery> => {
      const { tenantId, after, limit, reminderId } = request;
      const [due, id] = after === undefined ? ALL_STATES_BEFORE : decodeCursor(after, ["number", "string"]);
      const values = [tenantId, due ?? 0, id ?? "", request.state ?? null, limit + 1];
      const rows = reminderId === undefined ? list.all(...values) : listOfReminder.all(...values, reminderId);
      const items = (rows as Row[]).slice(0, limit).map(toDelivery);
      const last = items.at(-1);
      const hasMore = rows.length > limit && last !== undefined;
      return { items, nextCursor: hasMore ? encodeCursor([last.occurrence.dueMs, last.id]) : undefined };
    },
    findMissed: createMissedRead(db),
  };
}

function createMissedRead(db: DatabaseSync) {
  const columns = REMINDER_COLUMNS.split(", ")
    .map((column) => `r.${column}`)
    .join(", ");
  const missed = db.prepare(
    `SELECT d.id AS delivery_id, d.due_at AS delivery_due, ${columns} FROM deliveries d
     JOIN reminders r ON r.tenant_id = d.tenant_id AND r.id = d.reminder_id
     WHERE d.state = 'scheduled' AND d.story = '[]' AND d.due_at < ? AND (d.due_at, d.id) > (?, ?)
     ORDER BY d.due_at, d.id LIMIT ?`,
  );
  return (dueBeforeMs: number, limit: number, after?: MissedCursor): MissedDelivery[] => {
    const start = after ?? { dueMs: Number.MIN_SAFE_INTEGER, deliveryId: "" };
    return (missed.all(dueBeforeMs, start.dueMs, start.deliveryId, limit) as Row[]).map((row) => ({
      tenantId: text(row, "tenant_id"),
      deliveryId: text(row, "delivery_id"),
      dueMs: integer(row, "delivery_due"),
      reminder: toReminder(row),
    }));
  };
}
