import { StoreError } from "../../domain/errors.ts";
import type { Database, Queryable } from "./database.ts";
import { codeOf } from "./failure.ts";
import { integer, text } from "./rows.ts";
import { statement } from "./statement.ts";

const DAY_MS = 86_400_000;
/** Days for which there is a place ahead of time, so that no settlement has to wait for one. */
const DAYS_AHEAD = 3;
const CHECK_VIOLATION = "23514";

const MAKE = statement("make_partitions", "SELECT make_partitions(day) FROM unnest($1::bigint[]) AS day");
const LIST = statement(
  "list_partitions",
  `SELECT c.relname AS name, right(c.relname, 8) AS day FROM pg_inherits i
   JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
   WHERE p.relnamespace = current_schema()::regnamespace AND p.relname = $1 ORDER BY c.relname`,
);

/** The number of a day since the epoch. */
export function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS);
}

/** Makes the partitions of the history for some days. */
export async function makePartitions(database: Queryable, days: readonly number[]): Promise<void> {
  await database.run(MAKE, [arrayOf(days)]);
}

function arrayOf(days: readonly number[]): string {
  return `{${days.join(",")}}`;
}

/** Those of a day and the next ones. */
export async function makeComing(database: Database, nowMs: number): Promise<void> {
  const today = dayOf(nowMs);
  const days = Array.from({ length: DAYS_AHEAD + 1 }, (_, index) => today + index);
  await database.write(MAKE, [arrayOf(days)]);
}

/** One day of a history. */
export interface Partition {
  name: string;
  /** The instant at which it ends. */
  endMs: number;
}

/** The partitions of a history, the oldest first. */
export async function listPartitions(
  database: Queryable,
  history: "reminders_history" | "deliveries_history",
): Promise<Partition[]> {
  const rows = await database.run(LIST, [history]);
  return rows.map((row) => ({ name: text(row, "name"), endMs: endOf(text(row, "day")) }));
}

function endOf(day: string): number {
  const [year, month, date] = [day.slice(0, 4), day.slice(4, 6), day.slice(6)].map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, (date ?? 1) + 1);
}

/** Runs a write; where the history has no place for it, as in a rehearsal of another year, makes one and runs it anew. */
export async function withPartitions<Result>(
  database: Database,
  write: () => Promise<Result>,
): Promise<Result> {
  for (let lastDay: number | null = null; ; ) {
    try {
      return await write();
    } catch (error) {
      const day = missingDay(error);
      if (day === null || day === lastDay) throw error;
      await database.write(MAKE, [arrayOf([day])]);
      lastDay = day;
    }
  }
}

/** The day for which there is no partition; null if something else is wrong. */
function missingDay(error: unknown): number | null {
  const cause = error instanceof StoreError ? error.cause : error;
  if (codeOf(cause) !== CHECK_VIOLATION || !(cause instanceof Error) || !("detail" in cause)) return null;
  // "Partition key of the failing row contains (settled_at) = (1767225600000).", in whatever language.
  const found = /\((\d+)\)[^\d]*$/.exec(String(cause.detail));
  return found ? dayOf(Number(found[1])) : null;
}

/** Rows of one partition, by tenant and state. */
export interface PartitionCount {
  tenantId: string;
  state: string;
  n: number;
}

export async function countPartition(database: Queryable, { name }: Partition): Promise<PartitionCount[]> {
  const count = statement(
    `count_${name}`,
    `SELECT tenant_id, state, count(*) AS n FROM "${name}" GROUP BY tenant_id, state`,
  );
  const rows = await database.run(count);
  return rows.map((row) => ({
    tenantId: text(row, "tenant_id"),
    state: text(row, "state"),
    n: integer(row, "n"),
  }));
}

const DROP = statement("drop_partition", "SELECT drop_partition($1)");

export async function dropPartition(transaction: Queryable, { name }: Partition): Promise<void> {
  await transaction.run(DROP, [name]);
}
