import {
  columnNames,
  type MovedRow,
  type MovedTable,
  type MovedTableName,
  placeIn,
} from "../moved-tables.ts";
import type { Queryable } from "./database.ts";
import type { StoredEvent } from "./ledger.ts";
import { dayOf, makePartitions } from "./partitions.ts";
import { type Statement, statement } from "./statement.ts";
import { formOf } from "./transfer-forms.ts";
import { plainArray, textArray } from "./values.ts";

/** The column by which a history has its partitions. */
const DAYS: Partial<Record<MovedTableName, string>> = {
  reminders_history: "updated_at",
  deliveries_history: "settled_at",
};

/** Takes what another store held. */
export function createArrival(): (
  transaction: Queryable,
  table: MovedTable,
  rows: readonly MovedRow[],
) => Promise<void> {
  /** Days for which there is a partition. */
  const days = new Set<number>();
  return async (transaction, table, rows) => {
    if (table.name === "events") return insertEvents(transaction, rows);
    const age = DAYS[table.name];
    if (age !== undefined) await makeDays(transaction, { rows, place: placeIn(table, age), days });
    await transaction.run(insertOf(table), arraysOf(table, rows));
  };
}

async function makeDays(
  transaction: Queryable,
  { rows, place, days }: { rows: readonly MovedRow[]; place: number; days: Set<number> },
): Promise<void> {
  const wanted = new Set(rows.map((row) => dayOf(Number(row[place]))));
  const missing = [...wanted].filter((day) => !days.has(day));
  if (missing.length === 0) return;
  await makePartitions(transaction, missing);
  for (const day of missing) days.add(day);
}

/** In the order in which they come, which the inbox counts its messages by. */
function insertOf(table: MovedTable): Statement {
  const { derived } = formOf(table);
  const columns = [columnNames(table), ...derived].join(", ");
  const target = table.name === "events_purged" ? "tenant_id, position, last_index" : columns;
  const types = [
    ...table.columns.map(({ type }) => (type === "text" ? "text" : "bigint")),
    ...derived.map(() => "bigint"),
  ];
  const arrays = types.map((type, index) => `$${index + 1}::${type}[]`).join(", ");
  return statement(
    `arrive_${table.name}`,
    `INSERT INTO ${table.name} (${target}) SELECT ${columns} FROM unnest(${arrays}) WITH ORDINALITY AS x (${columns}, nth) ORDER BY nth`,
  );
}

function arraysOf(table: MovedTable, rows: readonly MovedRow[]): string[] {
  const { toStored, derived } = formOf(table);
  const stored = rows.map((row) => {
    const values = [...row];
    toStored(values);
    return values;
  });
  const texts = table.columns.map(({ name, type }, index) => ({ name, index, isText: type === "text" }));
  const columns = [
    ...texts,
    ...derived.map((name, nth) => ({ name, index: table.columns.length + nth, isText: false })),
  ];
  return columns.map(({ index, isText }) => {
    const values = stored.map((row) => row[index] ?? null);
    return isText ? textArray(values.map(withoutNul)) : plainArray(values as (number | null)[]);
  });
}

/** SQLite keeps the character NUL in what a channel gave as its reason; PostgreSQL has none. */
function withoutNul(value: string | number | null): string | null {
  if (typeof value !== "string") return null;
  return value.includes("\u0000") ? value.replaceAll("\u0000", "\ufffd") : value;
}

const EVENTS = statement(
  "arrive_events",
  `INSERT INTO ledger (position, at, part, tenant_id, events)
   SELECT position, at, 0, tenant_id, events FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[]) AS x (position, at, tenant_id, events)`,
);

interface LedgerRow {
  position: number;
  atMs: number;
  tenantId: string;
  events: StoredEvent[];
}

/** What was committed together lies in one row. */
async function insertEvents(transaction: Queryable, rows: readonly MovedRow[]): Promise<void> {
  const ledger: LedgerRow[] = [];
  for (const row of rows) {
    const [tenantId, position, , atMs, type, reminder, delivery, reason] = row as [
      string,
      number,
      number,
      number,
      string,
      string | null,
      string | null,
      string | null,
    ];
    const event: StoredEvent = [type, atMs, reminder, delivery];
    if (reason !== null) event.push(reason);
    const last = ledger.at(-1);
    if (last?.position === position && last.tenantId === tenantId) last.events.push(event);
    else ledger.push({ position, atMs, tenantId, events: [event] });
  }
  await transaction.run(EVENTS, [
    plainArray(ledger.map(({ position }) => position)),
    plainArray(ledger.map(({ atMs }) => atMs)),
    textArray(ledger.map(({ tenantId }) => tenantId)),
    textArray(ledger.map(({ events }) => JSON.stringify(events))),
  ]);
}
