import type { DatabaseSync } from "node:sqlite";
import { DELIVERY_STATES } from "../../domain/delivery.ts";
import { bucketOf } from "../../domain/quantiles.ts";
import { REMINDER_STATES } from "../../domain/reminder.ts";
import type { Counts, Settlement, StatsStore, WindowSums } from "../store.ts";
import { integer, integerOrNull, type Row, text } from "./rows.ts";

const MINUTE_MS = 60_000;

/** A settlement that was recorded, with what its sums need. */
export interface Recorded {
  settlement: Pick<Settlement, "tenantId" | "nowMs" | "state" | "attempt">;
  dueMs: number;
  /** Its lateness would tell when it was brought back by hand. */
  wasRedriven: boolean;
}

/** Sums up a batch of settlements by minute, inside the caller's transaction. */
export function createSumming(db: DatabaseSync): (batch: readonly Recorded[]) => void {
  const add = db.prepare(
    `INSERT INTO delivery_stats (tenant_id, minute, metric, bucket, n) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (tenant_id, minute, metric, bucket) DO UPDATE SET n = n + excluded.n`,
  );
  return (batch) => {
    const groups = Map.groupBy(
      batch,
      ({ settlement: { tenantId, nowMs } }) => `${tenantId} ${minuteOf(nowMs)}`,
    );
    for (const group of groups.values()) {
      // A group has at least one.
      const { tenantId, nowMs } = (group[0] as Recorded).settlement;
      for (const [metric, buckets] of sumsOf(group))
        for (const [bucket, n] of buckets) add.run(tenantId, minuteOf(nowMs), metric, bucket, n);
    }
  };
}

/** How often each value of each metric was there. */
function sumsOf(group: readonly Recorded[]): Map<string, Map<number, number>> {
  const sums = new Map<string, Map<number, number>>();
  const count = (metric: string, bucket = 0): void => {
    let buckets = sums.get(metric);
    if (!buckets) {
      buckets = new Map();
      sums.set(metric, buckets);
    }
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
  };
  for (const { settlement, dueMs, wasRedriven } of group) {
    const { state, attempt } = settlement;
    if (state !== "retrying") count(state);
    if (!attempt) continue;
    count("attempts");
    if (attempt.outcome !== "delivered") count("failed");
    count("latency", bucketOf(attempt.durationMs));
    if (attempt.number === 1 && !wasRedriven) count("lateness", bucketOf(attempt.startedAtMs - dueMs));
  }
  return sums;
}

function minuteOf(ms: number): number {
  return Math.floor(ms / MINUTE_MS);
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
    const found = new Map(
      rows.map((row) => [`${text(row, "kind")} ${text(row, "state")}`, integer(row, "n")]),
    );
    const of = (kind: string, states: readonly string[]) =>
      Object.fromEntries(states.map((state) => [state, found.get(`${kind} ${state}`) ?? 0]));
    // Built from every state there is.
    return {
      reminders: of("reminder", REMINDER_STATES) as Counts["reminders"],
      deliveries: of("delivery", DELIVERY_STATES) as Counts["deliveries"],
    };
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
    const total = (metric: string): number =>
      rows.filter((row) => text(row, "metric") === metric).reduce((sum, row) => sum + integer(row, "n"), 0);
    const spread = (metric: string): ReadonlyMap<number, number> =>
      new Map(
        rows
          .filter((row) => text(row, "metric") === metric)
          .map((row) => [integer(row, "bucket"), integer(row, "n")]),
      );
    return {
      delivered: total("delivered"),
      dead: total("dead"),
      expired: total("expired"),
      attempts: total("attempts"),
      failedAttempts: total("failed"),
      lateness: spread("lateness"),
      latency: spread("latency"),
    };
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
