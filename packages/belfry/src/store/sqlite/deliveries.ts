import type { DatabaseSync } from "node:sqlite";
import { type Delivery, isSettled } from "../../domain/delivery.ts";
import { DeliveryPage } from "../delivery-page.ts";
import type { DeliveryFilter, MissedDelivery, MissedRequest, Page, PageRequest } from "../store.ts";
import {
  DELIVERY_COLUMNS,
  integer,
  REMINDER_COLUMNS,
  type Row,
  text,
  toDelivery,
  toReminder,
} from "./rows.ts";

const HOT = `SELECT ${DELIVERY_COLUMNS}, NULL AS settled_at FROM deliveries`;
const SETTLED = `SELECT ${DELIVERY_COLUMNS}, settled_at FROM deliveries_history`;

/** Reading deliveries, from the hot rows and the history alike. */
export function createDeliveryReads(db: DatabaseSync) {
  const find = db.prepare(
    `${HOT} WHERE tenant_id = ?1 AND id = ?2 UNION ALL ${SETTLED} WHERE tenant_id = ?1 AND id = ?2`,
  );
  const open = db.prepare(`${HOT} WHERE tenant_id = ? AND reminder_id = ? ORDER BY due_at`);
  const list = createListReads(db);
  return {
    find: (tenantId: string, id: string): Delivery | null => {
      const row = find.get(tenantId, id) as Row | undefined;
      return row ? toDelivery(row) : null;
    },
    list: (request: PageRequest & DeliveryFilter): Page<Delivery> => {
      const page = new DeliveryPage(request);
      for (let next = page.next; next !== null; next = page.next) {
        const rows = list(request, [request.tenantId, next.limit, ...next.place]);
        page.take(rows.map(toDelivery), next.limit);
      }
      return page.page();
    },
    findOpen: (tenantId: string, reminderId: string): Delivery[] =>
      (open.all(tenantId, reminderId) as Row[]).map(toDelivery),
    findMissed: createMissedRead(db),
  };
}

/**
 * A statement for each kind of filter, so that each walks an index in the order of the list: a state is
 * looked for only where it can be, and the few that failed have an index of their own.
 */
function createListReads(db: DatabaseSync) {
  const page = "tenant_id = ?1 AND (due_at, reminder_id, id) < (?3, ?4, ?5)";
  const order = "ORDER BY due_at DESC, reminder_id DESC, id DESC LIMIT ?2";
  const both = (filter: string) =>
    db.prepare(`${HOT} WHERE ${page}${filter} UNION ALL ${SETTLED} WHERE ${page}${filter} ${order}`);
  const all = both("");
  const open = db.prepare(`${HOT} WHERE ${page} AND state = ?6 ${order}`);
  const delivered = db.prepare(`${SETTLED} WHERE ${page} AND state = ?6 ${order}`);
  const failed = db.prepare(`${SETTLED} WHERE ${page} AND state = ?6 AND state <> 'delivered' ${order}`);
  const ofReminder = both(" AND reminder_id = ?6");
  const ofReminderInState = both(" AND reminder_id = ?6 AND state = ?7");
  const ofRecipient = both(" AND recipient_id = ?6 AND recipient_id IS NOT NULL");

  return ({ reminderId, state, recipientId }: DeliveryFilter, values: (string | number)[]): Row[] => {
    if (reminderId !== undefined && state !== undefined)
      return ofReminderInState.all(...values, reminderId, state);
    if (reminderId !== undefined) return ofReminder.all(...values, reminderId);
    if (recipientId !== undefined) return ofRecipient.all(...values, recipientId);
    if (state === undefined) return all.all(...values);
    if (!isSettled(state)) return open.all(...values, state);
    return state === "delivered" ? delivered.all(...values, state) : failed.all(...values, state);
  };
}

/** One walk over the waiting rows, in the order of their promotion. */
function createMissedRead(db: DatabaseSync) {
  const columns = REMINDER_COLUMNS.split(", ")
    .map((column) => `r.${column}`)
    .join(", ");
  const missed = db.prepare(
    `SELECT d.promoted_order, d.id AS delivery_id, d.due_at AS delivery_due, ${columns} FROM deliveries d
     JOIN reminders r ON r.tenant_id = d.tenant_id AND r.id = d.reminder_id
     WHERE d.promoted_order > ? AND d.due_at >= ? AND d.due_at < ? AND d.state = 'scheduled' AND d.story = '[]'
       AND d.kind = 'rule' AND d.redriven_at IS NULL
     ORDER BY d.promoted_order LIMIT ?`,
  );
  return ({ dueFromMs, dueBeforeMs, limit, after = "0" }: MissedRequest): MissedDelivery[] =>
    (missed.all(Number(after), dueFromMs, dueBeforeMs, limit) as Row[]).map((row) => ({
      position: String(integer(row, "promoted_order")),
      tenantId: text(row, "tenant_id"),
      deliveryId: text(row, "delivery_id"),
      dueMs: integer(row, "delivery_due"),
      reminder: toReminder(row),
    }));
}
