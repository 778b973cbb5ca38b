import { columnNames, type MovedRow, type MovedTable, type MovedTableName } from "../moved-tables.ts";
import type { Row } from "./database.ts";
import type { StoredEvent } from "./ledger.ts";
import { listPartitions } from "./partitions.ts";
import { integer } from "./rows.ts";
import type { Session } from "./session.ts";
import { statement } from "./statement.ts";
import { formOf } from "./transfer-forms.ts";

/** Rows that are read at once. */
const BATCH = 2_000;
/** Rows of the ledger, each of which holds the events of a whole transaction. */
const LEDGER_BATCH = 50;
const DAY_MS = 86_400_000;

/** The ledger rows that have not been added up yet; in a move nobody adds to them. */
const UNSUMMED = "ledger l WHERE l.position >= (SELECT summed_to FROM installation)";

/** Tables whose rows are put together of others: what a pass of the scheduler has not added up counts too. */
const SOURCES: Partial<Record<MovedTableName, string>> = {
  counts: `SELECT tenant_id, kind, state, sum(n)::bigint AS n FROM (
      SELECT tenant_id, kind, state, n FROM counts
      UNION ALL SELECT l.tenant_id, split_part(m.key, '.', 1), split_part(m.key, '.', 2), m.value::bigint
      FROM (SELECT l.tenant_id, l.moves FROM ${UNSUMMED} AND l.moves IS NOT NULL) AS l, json_each_text(l.moves::json) AS m) AS n
    GROUP BY tenant_id, kind, state`,
  delivery_stats: `SELECT tenant_id, minute, metric, bucket, sum(n)::bigint AS n FROM (
      SELECT tenant_id, minute, metric, bucket, n FROM delivery_stats
      UNION ALL SELECT l.tenant_id, (e.value->>0)::bigint, e.value->>1, (e.value->>2)::integer, (e.value->>3)::bigint
      FROM (SELECT l.tenant_id, l.sums FROM ${UNSUMMED} AND l.sums IS NOT NULL) AS l, json_array_elements(l.sums::json) AS e) AS n
    GROUP BY tenant_id, minute, metric, bucket`,
  events_purged: "SELECT tenant_id, position, last_index AS idx FROM events_purged",
};

/** The order in which rows go, where it says more than their keys do: it becomes that of the other store. */
const ORDERS: Partial<Record<MovedTableName, string>> = {
  reminders: "tenant_id, id",
  deliveries: "promoted_at, id, tenant_id",
  inbox: "received_order",
  recipient_changes: "mark",
};

/** All rows of a table. Events that were committed together come together. */
export async function* readTable(session: Session, table: MovedTable): AsyncGenerator<MovedRow[]> {
  if (table.name === "events") yield* readEvents(session);
  else if (table.name === "reminders_history")
    yield* readHistory(session, table, { history: table.name, age: "updated_at" });
  else if (table.name === "deliveries_history")
    yield* readHistory(session, table, { history: table.name, age: "settled_at" });
  else yield* readRows(session, table, { source: sourceOf(table), order: ORDERS[table.name] });
}

const COUNT_EVENTS = "SELECT coalesce(sum(json_array_length(events::json)), 0)::bigint FROM ledger";

export async function countTable(session: Session, table: MovedTable): Promise<number> {
  const ofRows = `SELECT count(*) FROM (${sourceOf(table)}) AS rows`;
  const count = `SELECT (${table.name === "events" ? COUNT_EVENTS : ofRows}) AS n`;
  const [row] = await session.run(statement(`count_moved_${table.name}`, count));
  return integer(row as Row, "n");
}

function sourceOf({ name }: MovedTable): string {
  return SOURCES[name] ?? `SELECT * FROM ${name}`;
}

interface Reading {
  source: string;
  order: string | undefined;
}

async function* readRows(
  session: Session,
  table: MovedTable,
  { source, order }: Reading,
): AsyncGenerator<MovedRow[]> {
  const query = `SELECT ${columnNames(table)} FROM (${source}) AS rows${order ? ` ORDER BY ${order}` : ""}`;
  const form = formOf(table);
  for await (const rows of session.pages(query, BATCH)) {
    for (const row of rows) form.toMoved(row as (string | number | null)[]);
    yield rows as MovedRow[][number][];
  }
}

/** Day by day, so that no more than a day has to be brought into the order in which it was settled. */
async function* readHistory(
  session: Session,
  table: MovedTable,
  { history, age }: { history: "reminders_history" | "deliveries_history"; age: string },
): AsyncGenerator<MovedRow[]> {
  for (const { endMs } of await listPartitions(session, history)) {
    const ofDay = `${age} >= ${endMs - DAY_MS} AND ${age} < ${endMs}`;
    const source = `SELECT * FROM ${history} WHERE ${ofDay}`;
    yield* readRows(session, table, { source, order: `${age}, id, tenant_id` });
  }
}

async function* readEvents(session: Session): AsyncGenerator<MovedRow[]> {
  const query =
    "SELECT tenant_id, position, events FROM ledger WHERE events IS NOT NULL ORDER BY position, tenant_id, part";
  for await (const rows of session.pages(query, LEDGER_BATCH))
    yield (rows as [string, number, string][]).flatMap(eventsOf);
}

function eventsOf([tenantId, position, events]: [string, number, string]): MovedRow[] {
  return (JSON.parse(events) as StoredEvent[]).map(([type, atMs, reminder, delivery, reason = null], idx) => [
    tenantId,
    position,
    idx,
    atMs,
    type,
    reminder,
    delivery,
    reason,
  ]);
}
