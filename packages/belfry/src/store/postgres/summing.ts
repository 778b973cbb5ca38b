import type { Database } from "./database.ts";
import { statement } from "./statement.ts";

/** Rows of the ledger that are added up in one statement. */
const ROWS_TOGETHER = 5_000;

/**
 * Adds up what the ledger has gathered. One process at a time, and none waits: whoever finds another at it
 * leaves it to that one. Only transactions behind which none is open any more are read.
 */
const SUM = statement(
  "sum_ledger",
  `WITH turn AS MATERIALIZED (SELECT summed_to, visible_before() AS visible FROM installation FOR UPDATE SKIP LOCKED),
   bound AS MATERIALIZED (
     SELECT turn.summed_to, least(turn.visible, coalesce(
       (SELECT position FROM ledger WHERE position >= turn.summed_to ORDER BY position OFFSET ${ROWS_TOGETHER} LIMIT 1), turn.visible)) AS upto
     FROM turn),
   rows AS MATERIALIZED (
     SELECT l.* FROM bound, LATERAL (
       SELECT tenant_id, moves, sums FROM ledger WHERE position >= bound.summed_to AND position < bound.upto) AS l),
   counted AS (
     INSERT INTO counts AS c (tenant_id, kind, state, n)
     SELECT tenant_id, split_part(m.key, '.', 1), split_part(m.key, '.', 2), sum(m.value::bigint)
     FROM rows, json_each_text(moves::json) AS m WHERE moves IS NOT NULL GROUP BY tenant_id, m.key
     ON CONFLICT (tenant_id, kind, state) DO UPDATE SET n = c.n + excluded.n),
   summed AS (
     INSERT INTO delivery_stats AS s (tenant_id, minute, metric, bucket, n)
     SELECT tenant_id, (e.value->>0)::bigint, e.value->>1, (e.value->>2)::integer, sum((e.value->>3)::bigint)
     FROM rows, json_array_elements(sums::json) AS e WHERE sums IS NOT NULL GROUP BY 1, 2, 3, 4
     ON CONFLICT (tenant_id, minute, metric, bucket) DO UPDATE SET n = s.n + excluded.n)
   UPDATE installation SET summed_to = bound.upto FROM bound WHERE bound.upto > bound.summed_to
   RETURNING (SELECT count(*) FROM rows) AS n`,
);

/** Adds up all that can be; resolves when another process is at it, or nothing is left. */
export async function sumUp(database: Database): Promise<void> {
  for (;;) {
    const [row] = await database.write(SUM);
    if (Number(row?.n ?? 0) < ROWS_TOGETHER) return;
  }
}
