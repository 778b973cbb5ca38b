import type { DatabaseSync } from "node:sqlite";
import type { MovedRow, MovedTable, MovedTableName } from "../moved-tables.ts";

/** Rows that are read before they are passed on. */
const BATCH = 2_000;

/** The order in which rows go, where it says more than their keys do: it becomes that of the other store. */
const ORDERS: Partial<Record<MovedTableName, string>> = {
  deliveries: "promoted_order",
  deliveries_history: "settled_order",
  inbox: "received_order",
  recipient_changes: "mark",
  reminders_history: "updated_at, tenant_id, id",
  events: "seq, tenant_id",
};

/** How columns are read that are named otherwise here. */
const EXPRESSIONS: Readonly<Record<string, string>> = { position: "seq", idx: "0" };

/** All rows of a table, one statement over them all: nobody else writes, and the rows are read as they are taken. */
export function* readTable(db: DatabaseSync, table: MovedTable): Generator<MovedRow[]> {
  const columns = table.columns.map(({ name }) => EXPRESSIONS[name] ?? name).join(", ");
  const order = ORDERS[table.name];
  const all = db.prepare(`SELECT ${columns} FROM ${table.name}${order ? ` ORDER BY ${order}` : ""}`);
  all.setReturnArrays(true);
  let batch: MovedRow[] = [];
  // Of arrays, which the types of the driver do not know of.
  for (const row of all.iterate() as Iterable<unknown>) {
    batch.push(row as MovedRow);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

export function countTable(db: DatabaseSync, { name }: MovedTable): number {
  return Number(db.prepare(`SELECT count(*) AS n FROM ${name}`).get()?.n);
}
