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
