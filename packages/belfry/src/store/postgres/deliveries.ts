import { type Delivery, isSettled } from "../../domain/delivery.ts";
import { DeliveryPage } from "../delivery-page.ts";
import type { DeliveryFilter, MissedDelivery, MissedRequest, Page, PageRequest } from "../store.ts";
import type { Queryable, Row } from "./database.ts";
import {
  DELIVERY_COLUMNS,
  integer,
  prefixed,
  REMINDER_COLUMNS,
  text,
  toDelivery,
  toReminder,
  whole,
} from "./rows.ts";
import { type Statement, statement } from "./statement.ts";

const HOT = `SELECT ${DELIVERY_COLUMNS}, NULL::bigint AS settled_at FROM deliveries`;
const SETTLED = `SELECT ${DELIVERY_COLUMNS}, settled_at FROM deliveries_history`;
const ONE = "WHERE tenant_id = $1 AND id = $2";

const FIND = statement("find_delivery", `${HOT} ${ONE} UNION ALL ${SETTLED} ${ONE}`);
const FIND_OPEN = statement(
  "find_open_deliveries",
  `${HOT} WHERE tenant_id = $1 AND reminder_id = $2 ORDER BY due_at, id`,
);

export async function findDelivery(
  database: Queryable,
  tenantId: string,
  id: string,
): Promise<Delivery | null> {
  const [row] = await database.run(FIND, [tenantId, id]);
  return row ? toDelivery(row) : null;
}

/** Everything of a reminder that is not settled, soonest due first. */
export async function findOpenDeliveries(
  database: Queryable,
  tenantId: string,
  reminderId: string,
): Promise<Delivery[]> {
  return (await database.run(FIND_OPEN, [tenantId, reminderId])).map(toDelivery);
}

/** Each of the parts is read in order and no further than the page goes. */
function listOf(name: string, parts: readonly string[]): Statement {
  const order = "ORDER BY due_at DESC, reminder_id DESC, id DESC LIMIT $2";
  const pages = parts.map((part) => `(${part} AND (due_at, reminder_id, id) < ($3, $4, $5) ${order})`);
  return statement(name, `SELECT * FROM (${pages.join(" UNION ALL ")}) AS page ${order}`);
}

/** By the index of the list: see the first migration. */
const OF_TENANT = 'WHERE tenant_id = $1 COLLATE "POSIX"';
const OF_REMINDER = "WHERE tenant_id = $1 AND reminder_id = $6";
const OF_RECIPIENT = "recipient_id = $6 AND recipient_id IS NOT NULL";
/** A state is looked for only where it can be, and the few that failed have an index of their own. */
const LIST = {
  all: listOf("list_deliveries", [`${HOT} ${OF_TENANT}`, `${SETTLED} ${OF_TENANT}`]),
  open: listOf("list_open", [`${HOT} ${OF_TENANT} AND state = $6`]),
  delivered: listOf("list_delivered", [`${SETTLED} ${OF_TENANT} AND state = $6`]),
  failed: listOf("list_failed", [`${SETTLED} ${OF_TENANT} AND state = $6 AND state <> 'delivered'`]),
  ofReminder: listOf("list_of_reminder", [`${HOT} ${OF_REMINDER}`, `${SETTLED} ${OF_REMINDER}`]),
  ofRecipient: listOf("list_of_recipient", [
    `${HOT} ${OF_TENANT} AND ${OF_RECIPIENT}`,
    `${SETTLED} WHERE tenant_id = $1 AND ${OF_RECIPIENT}`,
  ]),
  ofReminderInState: listOf("list_of_reminder_in_state", [
    `${HOT} ${OF_REMINDER} AND state = $7`,
    `${SETTLED} ${OF_REMINDER} AND state = $7`,
  ]),
} as const;

/** Latest due first. */
export async function listDeliveries(
  database: Queryable,
  request: PageRequest & DeliveryFilter,
): Promise<Page<Delivery>> {
  const page = new DeliveryPage(request);
  const [list, filter] = listFor(request);
  for (let next = page.next; next !== null; next = page.next) {
    const rows = await database.run(list, [request.tenantId, next.limit, ...next.place, ...filter]);
    page.take(rows.map(toDelivery), next.limit);
  }
  return page.page();
}

function listFor({ reminderId, state, recipientId }: DeliveryFilter): [Statement, string[]] {
  if (reminderId !== undefined && state !== undefined) return [LIST.ofReminderInState, [reminderId, state]];
  if (reminderId !== undefined) return [LIST.ofReminder, [reminderId]];
  if (recipientId !== undefined) return [LIST.ofRecipient, [recipientId]];
  if (state === undefined) return [LIST.all, []];
  if (!isSettled(state)) return [LIST.open, [state]];
  return [state === "delivered" ? LIST.delivered : LIST.failed, [state]];
}

/** One walk over the waiting rows, in the order of their due instants. */
const MISSED = statement(
  "find_missed",
  `SELECT d.id AS delivery_id, d.due_at AS delivery_due, ${prefixed(REMINDER_COLUMNS, "r")} FROM deliveries d
   JOIN reminders r ON r.tenant_id = d.tenant_id AND r.id = d.reminder_id
   WHERE d.due_at >= $1 AND d.due_at < $2 AND d.state = 'scheduled' AND d.story = '[]' AND d.kind = 'rule'
     AND d.redriven_at IS NULL AND (d.due_at, d.tenant_id, d.id) > ($3, $4, $5)
   ORDER BY d.due_at, d.tenant_id, d.id LIMIT $6`,
);

export async function findMissed(
  database: Queryable,
  { dueFromMs, dueBeforeMs, limit, after }: MissedRequest,
): Promise<MissedDelivery[]> {
  const place = after === undefined ? [-1, "", ""] : (JSON.parse(after) as [number, string, string]);
  const rows = await database.run(MISSED, [whole(dueFromMs), whole(dueBeforeMs), ...place, limit]);
  return rows.map(toMissed);
}

function toMissed(row: Row): MissedDelivery {
  const [tenantId, deliveryId] = [text(row, "tenant_id"), text(row, "delivery_id")];
  const dueMs = integer(row, "delivery_due");
  const position = JSON.stringify([dueMs, tenantId, deliveryId]);
  return { position, tenantId, deliveryId, dueMs, reminder: toReminder(row) };
}
