import type { DatabaseSync } from "node:sqlite";
import type { StateSum } from "../move-sums.ts";
import { minuteOf, minuteSums, type Recorded, windowSums } from "../settlement-sums.ts";
import { stateCounts } from "../state-counts.ts";
import type { StatsStore, WindowSums } from "../store.ts";
import { integer, integerOrNull, type Row, text } from "./rows.ts";

const MINUTE_MS = 60_000;

/** Sums up a batch of settlements by minute, inside the caller's transaction. */
export function createSumming(db: DatabaseSync): (batch: readonly Recorded[]) => void {
  const add = db.prepare(
    `INSERT INTO delivery_stats (tenant_id, minute, metric, bucket, n) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (tenant_id, minute, metric, bucket) DO UPDATE SET n = n + excluded.n`,
  );
  return (batch) => {
    for (const { tenantId, minute, metric, bucket, n } of minuteSums(batch))
      add.run(tenantId, minute, metric, bucket, n);
  };
}

/** Reading what was counted and summed up. */
export function createStatsReads(db: DatabaseSync) {
  return {
    counts: createCounts(db),
    oldestDue: createOldest(db),
    sums: createSums(db),
    load: createLoad(db),
  };
}

type Sync<Name extends keyof StatsStore> = (
  ...given: Parameters<StatsStore[Name]>
) => Awaited<ReturnType<StatsStore[Name]>>;

function createCounts(db: DatabaseSync): Sync<"counts"> {
  const all = db.prepare("SELECT kind, state, sum(n) AS n FROM counts GROUP BY kind, state");
  const one = db.prepare("SELECT kind, state, n FROM counts WHERE tenant_id = ?");
  return (tenantId) => {
    const rows = (tenantId === undefined ? all.all() : one.all(tenantId)) as Row[];
    return stateCounts(
      rows.map((row) => ({
        kind: text(row, "kind") as StateSum["kind"],
        state: text(row, "state"),
        n: integer(row, "n"),
      })),
    );
  };
}

/** The earliest rows alone are looked at: what is old is among them. */
function createOldest(db: DatabaseSync): Sync<"oldestDue"> {
  const earliest =
    "SELECT due_at, state FROM deliveries INDEXED BY deliveries_due WHERE tenant_id = ? ORDER BY due_at LIMIT 1000";
  const find = db.prepare(`SELECT min(due_at) AS due_at FROM (${earliest}) WHERE state = ?`);
  const tenants = db.prepare("SELECT tenant_id FROM counts WHERE kind = 'delivery' AND state = ? AND n > 0");
  return (state, tenantId) => {
    const asked = tenantId === undefined ? (tenants.all(state) as Row[]) : [{ tenant_id: tenantId }];
    const dues = asked.flatMap((row) => {
      const due = integerOrNull(find.get(text(row, "tenant_id"), state) as Row, "due_at");
      return due === null ? [] : [due];
    });
    return dues.length === 0 ? null : Math.min(...dues);
  };
}

function createSums(db: DatabaseSync): Sync<"sums"> {
  const find = db.prepare(
    `SELECT metric, bucket, sum(n) AS n FROM delivery_stats
     WHERE tenant_id = ? AND minute >= ? AND minute < ? GROUP BY metric, bucket`,
  );
  return (tenantId, fromMs, toMs): WindowSums => {
    const rows = find.all(tenantId, minuteOf(fromMs), minuteOf(toMs)) as Row[];
    return windowSums(
      rows.map((row) => ({
        metric: text(row, "metric"),
        bucket: integer(row, "bucket"),
        n: integer(row, "n"),
      })),
    );
  };
}

function createLoad(db: DatabaseSync): Sync<"load"> {
  // A number of JavaScript is bound as a real one, and its division would be too.
  const open = db.prepare(
    `SELECT CAST((due_at - ?2) / ${MINUTE_MS} AS INTEGER) AS minute, count(*) AS n FROM deliveries INDEXED BY deliveries_due
     WHERE tenant_id = ?1 AND due_at >= ?2 AND due_at < ?3 GROUP BY minute`,
  );
  const resting = db.prepare(
    `SELECT CAST((next_due - ?2) / ${MINUTE_MS} AS INTEGER) AS minute, count(*) AS n FROM reminders INDEXED BY reminders_due
     WHERE state = 'active' AND next_due >= ?2 AND next_due < ?3 AND tenant_id = ?1 GROUP BY minute`,
  );
  return (tenantId, fromMs, minutes) => {
    const load = new Array<number>(minutes).fill(0);
    const bounds = [tenantId, Math.floor(fromMs), Math.floor(fromMs) + minutes * MINUTE_MS] as const;
    for (const row of [...open.all(...bounds), ...resting.all(...bounds)] as Row[]) {
      const minute = integer(row, "minute");
      load[minute] = (load[minute] ?? 0) + integer(row, "n");
    }
    return load;
  };
}
