import type { Partition } from "../../domain/partition.ts";
import type { Worker } from "../../domain/worker.ts";
import type { Row } from "./database.ts";
import { integer, json, text, textOrNull } from "./rows.ts";

/** One whose lock is gone and who has been silent for so long, a little over two beats, is gone. */
export const GONE_AFTER_MS = 1_100;

/** SQL: whether the process of a row `w` of `workers` holds its lock; `lockClass`: the parameter of the lock's class. */
export function holdsLock(lockClass: string): string {
  return `EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
     AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND l.classid = ${lockClass}::bigint::oid AND l.objid = w.lock_key::bigint::oid)`;
}

/**
 * SQL: whether it is there. A cut connection alone is no end: who still beats comes back. And who holds its
 * lock and is silent only hangs.
 *
 * @param goneBefore the parameter of the instant before which one without its lock was last seen
 */
export function isThere(lockClass: string, goneBefore: string): string {
  return `w.left_at IS NULL AND (w.seen_at >= ${goneBefore}::bigint OR ${holdsLock(lockClass)})`;
}

/** The same of a row that tells whether it `is_there` by its lock. */
export function isGone(row: Row, nowMs: number): boolean {
  return row.is_there !== true && integer(row, "seen_at") < nowMs - GONE_AFTER_MS;
}

export function toWorker(row: Row): Worker {
  const partition = textOrNull(row, "partition");
  return {
    id: text(row, "id"),
    roles: json<Worker["roles"]>(row, "roles"),
    host: text(row, "host"),
    pid: integer(row, "pid"),
    machine: textOrNull(row, "machine"),
    version: text(row, "version"),
    partition: partition === null ? null : (JSON.parse(partition) as Partition),
    startedAtMs: integer(row, "started_at"),
  };
}
