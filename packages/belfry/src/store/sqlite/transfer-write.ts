import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { columnNames, MOVED_TABLES, type MovedRow, type MovedTable } from "../moved-tables.ts";
import { createEventArrival } from "./event-arrival.ts";
import { createInsert, type InsertRows } from "./insert.ts";

/** Takes rows of one table, in order. */
type Take = (rows: readonly MovedRow[]) => void;

/** Takes what another store held; each call inside the caller's transaction. */
export function createArrival(db: DatabaseSync): (table: MovedTable, rows: readonly MovedRow[]) => void {
  const events = createEventArrival(db);
  const takes = new Map<string, Take>([
    ["events", events.take],
    ["events_purged", events.takePurged],
  ]);
  const takeOf = (table: MovedTable): Take => {
    const take = takes.get(table.name) ?? plainly(createInsert(db, table.name, columnNames(table)));
    takes.set(table.name, take);
    return take;
  };
  return (table, rows) => takeOf(table)(rows);
}

function plainly(insert: InsertRows): Take {
  return (rows) => insert(rows as readonly SQLInputValue[][]);
}

/** Deletes all that could be moved. */
export function deleteAll(db: DatabaseSync): void {
  for (const { name } of MOVED_TABLES) db.exec(`DELETE FROM ${name}`);
}
