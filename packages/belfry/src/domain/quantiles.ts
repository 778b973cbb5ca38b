/** Steps of a distribution between one power of two and the next: a value is known to within 5 %. */
const STEPS = 8;

/**
 * A distribution of durations by buckets that grow with the value, so that a minute of any load is a few
 * dozen numbers: bucket `b` stands for 2^(b/8) - 1 ms.
 */
export function bucketOf(durationMs: number): number {
  return Math.round(STEPS * Math.log2(Math.max(0, durationMs) + 1));
}

/** The duration, in ms, that a bucket stands for. */
export function bucketMs(bucket: number): number {
  return Math.round(2 ** (bucket / STEPS) - 1);
}

/** Some quantiles of a distribution, in ms, each to within 5 %. */
export interface Quantiles {
  p50: number;
  p90: number;
  p99: number;
  max: number;
}

/**
 * The quantiles of what was counted by bucket, by the nearest rank; null if nothing was.
 *
 * @param counts how many values fell into each bucket
 */
export function quantilesOf(counts: ReadonlyMap<number, number>): Quantiles | null {
  const buckets = [...counts].filter(([, n]) => n > 0).sort(([a], [b]) => a - b);
  const last = buckets.at(-1);
  if (!last) return null;
  const total = buckets.reduce((sum, [, n]) => sum + n, 0);
  const at = (share: number): number => {
    let seen = 0;
    const found = buckets.find(([, n]) => {
      seen += n;
      return seen >= share * total;
    });
    return bucketMs((found ?? last)[0]);
  };
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: bucketMs(last[0]) };
}
