import { bucketOf } from "../domain/quantiles.ts";
import type { Settlement, WindowSums } from "./store.ts";

const MINUTE_MS = 60_000;

/** A settlement that was recorded, with what its sums need. */
export interface Recorded {
  settlement: Pick<Settlement, "tenantId" | "nowMs" | "state" | "attempt">;
  dueMs: number;
  /** Its lateness would tell when it was brought back by hand. */
  wasRedriven: boolean;
}

/** How often one value of one metric was there in one minute of one tenant. */
export interface MinuteSum {
  tenantId: string;
  /** Minutes since the epoch. */
  minute: number;
  /** A counter, in bucket 0, or a distribution, in the buckets of `domain/quantiles.ts`. */
  metric: string;
  bucket: number;
  n: number;
}

/** Sums up settlements by tenant and minute. */
export function minuteSums(batch: readonly Recorded[]): MinuteSum[] {
  const groups = Map.groupBy(
    batch,
    ({ settlement: { tenantId, nowMs } }) => `${tenantId} ${minuteOf(nowMs)}`,
  );
  return [...groups.values()].flatMap((group) => {
    // A group has at least one.
    const { tenantId, nowMs } = (group[0] as Recorded).settlement;
    const minute = minuteOf(nowMs);
    return [...sumsOf(group)].flatMap(([metric, buckets]) =>
      [...buckets].map(([bucket, n]) => ({ tenantId, minute, metric, bucket, n })),
    );
  });
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

export function minuteOf(ms: number): number {
  return Math.floor(ms / MINUTE_MS);
}

/** What was counted, by metric and bucket, as the sums of a window. */
export function windowSums(counted: readonly Pick<MinuteSum, "metric" | "bucket" | "n">[]): WindowSums {
  const of = (metric: string) => counted.filter((one) => one.metric === metric);
  const total = (metric: string): number => of(metric).reduce((sum, { n }) => sum + n, 0);
  const spread = (metric: string): ReadonlyMap<number, number> =>
    new Map(of(metric).map(({ bucket, n }) => [bucket, n]));
  return {
    delivered: total("delivered"),
    dead: total("dead"),
    expired: total("expired"),
    attempts: total("attempts"),
    failedAttempts: total("failed"),
    lateness: spread("lateness"),
    latency: spread("latency"),
  };
}
