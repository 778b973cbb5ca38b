import type { DatabaseSync } from "node:sqlite";
import { MOST_COUNTED } from "../stats-store.ts";

/** Counts what is due and unclaimed, by the two indexes that a claim reads. */
export function createWaitingCount(db: DatabaseSync): (nowMs: number) => number {
  const count = db.prepare(
    `SELECT count(*) AS n FROM (
       SELECT 1 FROM deliveries INDEXED BY deliveries_claim WHERE claim_at <= ?1 AND state <> 'leased'
       UNION ALL
       SELECT 1 FROM deliveries INDEXED BY deliveries_parked WHERE claim_at IS NULL AND send_at <= ?1
       LIMIT ${MOST_COUNTED})`,
  );
  return (nowMs) => (count.get(nowMs) as { n: number }).n;
}
