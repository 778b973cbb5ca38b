import type { DatabaseSync, SQLInputValue } from "node:sqlite";

/** Rows of one statement. */
const ROWS_TOGETHER = 16;

/** Inserts rows, in the order of the columns. */
export type InsertRows = (rows: readonly SQLInputValue[][]) => void;

/**
 * Many rows by one statement cost little more than half of what as many statements do.
 *
 * @param columns their names, separated by ", "
 */
export function createInsert(db: DatabaseSync, table: string, columns: string): InsertRows {
  const row = `(${columns.split(", ").fill("?").join(", ")})`;
  const prepare = (rows: number) =>
    db.prepare(`INSERT INTO ${table} (${columns}) VALUES ${new Array(rows).fill(row).join(", ")}`);
  const one = prepare(1);
  const many = prepare(ROWS_TOGETHER);
  return (rows) => {
    const together = rows.length - (rows.length % ROWS_TOGETHER);
    for (let i = 0; i < together; i += ROWS_TOGETHER) many.run(...rows.slice(i, i + ROWS_TOGETHER).flat());
    for (const values of rows.slice(together)) one.run(...values);
  };
}
