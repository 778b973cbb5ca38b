import type { Reminder, ReminderState } from "../../domain/reminder.ts";
import { decodeCursor } from "../cursor.ts";
import { pageOf } from "../page.ts";
import type { FoundReminder, Page, PageRequest, ReminderOwner, ReminderView } from "../store.ts";
import type { Queryable, Row } from "./database.ts";
import { keyArrays } from "./locks.ts";
import { integerOrNull, prefixed, REMINDER_COLUMNS, textOrNull, toReminder } from "./rows.ts";
import { type Statement, statement } from "./statement.ts";
import { toOccurrence } from "./stored-occurrence.ts";

/** Sorts after every id. */
const AFTER_ALL = "~";

/** Reminders with the soonest of their open deliveries. */
function withSoonest(source: string): string {
  return `SELECT ${prefixed(REMINDER_COLUMNS, "r")}, s.due_at AS soonest_due, s.occurrence AS soonest FROM (${source}) AS r
    LEFT JOIN LATERAL (SELECT due_at, occurrence FROM deliveries d WHERE d.tenant_id = r.tenant_id AND d.reminder_id = r.id
      ORDER BY d.due_at LIMIT 1) AS s ON true`;
}

const HOT = `SELECT ${REMINDER_COLUMNS} FROM reminders WHERE tenant_id = $1`;
const SETTLED = `SELECT ${REMINDER_COLUMNS} FROM reminders_history WHERE tenant_id = $1`;

const FIND = statement("find_reminder", withSoonest(`${HOT} AND id = $2 UNION ALL ${SETTLED} AND id = $2`));

/** From the hot rows, else the history; null if there is none. */
export async function findReminder(
  database: Queryable,
  tenantId: string,
  id: string,
): Promise<ReminderView | null> {
  const [row] = await database.run(FIND, [tenantId, id]);
  return row ? toView(row) : null;
}

/** Each of the parts is read in order and no further than the page goes. */
function listOf(name: string, parts: readonly string[]): Statement {
  const pages = parts.map((part) => `(${part} AND id < $2 ORDER BY id DESC LIMIT $3)`);
  const page = `SELECT * FROM (${pages.join(" UNION ALL ")}) AS page ORDER BY id DESC LIMIT $3`;
  return statement(name, `${withSoonest(page)} ORDER BY r.id DESC`);
}

const IDLE = `${HOT} AND state <> 'active'`;
const LIST: Readonly<Record<ReminderState | "all", Statement>> = {
  all: listOf("list_reminders", [HOT, SETTLED]),
  active: listOf("list_active", [`${HOT} AND state = 'active'`]),
  paused: listOf("list_paused", [`${IDLE} AND state = 'paused'`]),
  // Those that have come back for a while are among the hot ones.
  finished: listOf("list_finished", [`${IDLE} AND state = 'finished'`, `${SETTLED} AND state = 'finished'`]),
  cancelled: listOf("list_cancelled", [
    `${IDLE} AND state = 'cancelled'`,
    `${SETTLED} AND state = 'cancelled'`,
  ]),
};

/** Newest first. */
export async function listReminders(
  database: Queryable,
  { tenantId, after, limit, state }: PageRequest & { state: ReminderState | undefined },
): Promise<Page<ReminderView>> {
  const [before = AFTER_ALL] = after === undefined ? [] : decodeCursor("reminders", after, ["string"]);
  const rows = await database.run(LIST[state ?? "all"], [tenantId, before, limit + 1]);
  const placeOf = ({ reminder }: ReminderView) => [reminder.id];
  return pageOf(rows, { list: "reminders", limit, toItem: toView, placeOf });
}

function toView(row: Row): ReminderView {
  const reminder = toReminder(row);
  const dueMs = integerOrNull(row, "soonest_due");
  const soonest = textOrNull(row, "soonest");
  const isSooner = dueMs !== null && (reminder.next === null || dueMs <= reminder.next.dueMs);
  return { reminder, upcoming: isSooner && soonest !== null ? toOccurrence(soonest, dueMs) : reminder.next };
}

const ownedBy = (owner: string) =>
  statement(
    `find_reminders_of_${owner}`,
    `SELECT ${REMINDER_COLUMNS} FROM reminders
     WHERE ${owner}_id = $2 AND ${owner}_id IS NOT NULL AND id > $3 AND tenant_id = $1 COLLATE "ucs_basic" AND state IN ('active', 'paused')
     ORDER BY id LIMIT $4`,
  );
const OF_RECIPIENT = ownedBy("recipient");
const OF_CAMPAIGN = ownedBy("campaign");

/** Those that are not over of a recipient, or of a campaign, by id, after one. */
export async function findRemindersOf(database: Queryable, owner: ReminderOwner): Promise<Reminder[]> {
  const { tenantId, afterId, limit } = owner;
  const [of, id] =
    "recipientId" in owner ? [OF_RECIPIENT, owner.recipientId] : [OF_CAMPAIGN, owner.campaignId];
  return (await database.run(of, [tenantId, id, afterId, limit])).map((row) => toReminder(row));
}

const BY_ID = "unnest($1::text[], $2::text[]) AS x (tenant_id, id)";
const SOME = statement(
  "find_some_reminders",
  `SELECT ${prefixed(REMINDER_COLUMNS, "r")}, true AS is_hot FROM ${BY_ID}
     JOIN reminders r ON r.tenant_id = x.tenant_id AND r.id = x.id
   UNION ALL SELECT ${prefixed(REMINDER_COLUMNS, "h")}, false FROM ${BY_ID}
     JOIN reminders_history h ON h.tenant_id = x.tenant_id AND h.id = x.id`,
);

/** Those that there are, from the hot rows, else the history. */
export async function findSomeReminders(
  database: Queryable,
  tenantId: string,
  ids: readonly string[],
): Promise<FoundReminder[]> {
  if (ids.length === 0) return [];
  const rows = await database.run(SOME, keyArrays(ids.map((reminderId) => ({ tenantId, reminderId }))));
  const found = new Map<string, FoundReminder>();
  for (const row of rows) {
    const one = { reminder: toReminder(row), isHot: row.is_hot === true };
    if (one.isHot || !found.has(one.reminder.id)) found.set(one.reminder.id, one);
  }
  return [...found.values()];
}
