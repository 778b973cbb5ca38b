import type { StateSum } from "../move-sums.ts";
import { type MinuteSum, minuteOf, windowSums } from "../settlement-sums.ts";
import { stateCounts } from "../state-counts.ts";
import { type Counts, MOST_COUNTED, type StatsStore, type WindowSums } from "../stats-store.ts";
import type { Queryable, Row } from "./database.ts";
import type { StoredSum } from "./ledger.ts";
import { integer, integerOrNull, json, text, whole } from "./rows.ts";
import { statement } from "./statement.ts";

const MINUTE_MS = 60_000;

/** What was added up, and the rows of the ledger that were not yet. */
const COUNTS = statement(
  "read_counts",
  `WITH added AS (SELECT summed_to FROM installation)
   SELECT kind, state, sum(n)::bigint AS n FROM (
     SELECT kind, state, n FROM counts WHERE $1::text IS NULL OR tenant_id = $1
     UNION ALL SELECT split_part(m.key, '.', 1), split_part(m.key, '.', 2), m.value::bigint
     FROM ledger l, json_each_text(l.moves::json) AS m
     WHERE l.position >= (SELECT summed_to FROM added) AND l.moves IS NOT NULL AND ($1::text IS NULL OR l.tenant_id = $1)) AS n
   GROUP BY kind, state`,
);

/** Of one tenant, or of all. */
export async function readCounts(database: Queryable, tenantId?: string): Promise<Counts> {
  const rows = await database.run(COUNTS, [tenantId ?? null]);
  return stateCounts(
    rows.map((row) => ({
      kind: text(row, "kind") as StateSum["kind"],
      state: text(row, "state"),
      n: integer(row, "n"),
    })),
  );
}

/** The earliest rows alone are looked at: what is old is among them. */
const OLDEST = statement(
  "oldest_due",
  `WITH RECURSIVE tenants (id) AS (
     (SELECT tenant_id FROM deliveries ORDER BY tenant_id COLLATE "POSIX" LIMIT 1)
     UNION ALL SELECT (SELECT tenant_id FROM deliveries d WHERE d.tenant_id > t.id COLLATE "POSIX" ORDER BY tenant_id COLLATE "POSIX" LIMIT 1) FROM tenants t WHERE t.id IS NOT NULL)
   SELECT min(e.due_at) AS due_at FROM tenants t,
     LATERAL (SELECT due_at, state FROM deliveries WHERE tenant_id = t.id COLLATE "POSIX" ORDER BY due_at LIMIT 1000) AS e
   WHERE e.state = $1`,
);
const OLDEST_OF = statement(
  "oldest_due_of",
  `SELECT min(due_at) AS due_at FROM (SELECT due_at, state FROM deliveries WHERE tenant_id = $2 COLLATE "POSIX" ORDER BY due_at LIMIT 1000) AS e
   WHERE state = $1`,
);

export async function oldestDue(
  database: Queryable,
  state: string,
  tenantId?: string,
): Promise<number | null> {
  const [row] =
    tenantId === undefined
      ? await database.run(OLDEST, [state])
      : await database.run(OLDEST_OF, [state, tenantId]);
  return row ? integerOrNull(row, "due_at") : null;
}

/** By the two indexes that a claim reads. */
const WAITING = statement(
  "count_waiting",
  `SELECT count(*) AS n FROM (
     SELECT FROM deliveries WHERE claim_at <= $1 AND state <> 'leased'
     UNION ALL SELECT FROM deliveries WHERE claim_at IS NULL AND send_at <= $1 LIMIT ${MOST_COUNTED}) AS waiting`,
);

export async function countWaiting(database: Queryable, nowMs: number): Promise<number> {
  const [row] = await database.run(WAITING, [whole(nowMs)]);
  return row ? integer(row, "n") : 0;
}

const SUMS = statement(
  "read_sums",
  `SELECT metric, bucket, sum(n)::bigint AS n FROM delivery_stats WHERE tenant_id = $1 AND minute >= $2 AND minute < $3
   GROUP BY metric, bucket`,
);
/** No more than a few seconds of commits: the others have been added up. */
const UNSUMMED = statement(
  "read_unsummed",
  `SELECT sums FROM ledger WHERE position >= (SELECT summed_to FROM installation) AND tenant_id = $1 AND sums IS NOT NULL`,
);

export async function readSums(
  database: Queryable,
  tenantId: string,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<WindowSums> {
  const [from, to] = [minuteOf(fromMs), minuteOf(toMs)];
  // Before those that are added up: what is added meanwhile is counted twice rather than never.
  const unsummed = await database.run(UNSUMMED, [tenantId]);
  const rows = await database.run(SUMS, [tenantId, from, to]);
  const added = rows.map((row) => ({
    metric: text(row, "metric"),
    bucket: integer(row, "bucket"),
    n: integer(row, "n"),
  }));
  const fresh = unsummed.flatMap(toSums).filter(({ minute }) => minute >= from && minute < to);
  return windowSums(joined([...added, ...fresh]));
}

type Counted = Pick<MinuteSum, "metric" | "bucket" | "n">;

function toSums(row: Row): (Counted & { minute: number })[] {
  return json<StoredSum[]>(row, "sums").map(([minute, metric, bucket, n]) => ({ minute, metric, bucket, n }));
}

/** One of each metric and bucket. */
function joined(counted: readonly Counted[]): Counted[] {
  const sums = new Map<string, Counted>();
  for (const { metric, bucket, n } of counted) {
    const key = `${metric} ${bucket}`;
    sums.set(key, { metric, bucket, n: n + (sums.get(key)?.n ?? 0) });
  }
  return [...sums.values()];
}

const LOAD = statement(
  "read_load",
  `SELECT minute, sum(n)::integer AS n FROM (
     SELECT (due_at - $2) / ${MINUTE_MS} AS minute, count(*) AS n FROM deliveries
     WHERE tenant_id = $1 COLLATE "POSIX" AND due_at >= $2 AND due_at < $3 GROUP BY minute
     UNION ALL SELECT (next_due - $2) / ${MINUTE_MS}, count(*) FROM reminders
     WHERE state = 'active' AND next_due IS NOT NULL AND next_due >= $2 AND next_due < $3 AND tenant_id = $1 GROUP BY 1) AS due
   GROUP BY minute`,
);

export async function readLoad(
  database: Queryable,
  ...[tenantId, fromMs, minutes]: Parameters<StatsStore["load"]>
): Promise<number[]> {
  const load = new Array<number>(minutes).fill(0);
  const rows = await database.run(LOAD, [tenantId, whole(fromMs), whole(fromMs) + minutes * MINUTE_MS]);
  for (const row of rows) load[integer(row, "minute")] = integer(row, "n");
  return load;
}
