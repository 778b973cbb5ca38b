import {
  fullBucket,
  isFull,
  type RateLimit,
  type Taken,
  type TokenBucket,
  takeToken,
} from "../domain/rate-limit.ts";

/** More keys than this are hardly ever at work at once. */
const MAX_BUCKETS = 10_000;

/** Counts the requests of each key against one limit. */
export interface RateLimiter {
  readonly limit: RateLimit;
  /** Counts one request of the key with this hash. */
  take(keyHash: string): Taken;
}

/** A limit for each key by itself, in this process. Buckets that are full again are forgotten. */
export function createRateLimiter(limit: RateLimit, clock: { now(): number }): RateLimiter {
  const buckets = new Map<string, TokenBucket>();

  const forgetFull = (nowMs: number): void => {
    for (const [keyHash, bucket] of buckets) if (isFull(bucket, limit, nowMs)) buckets.delete(keyHash);
  };

  return {
    limit,
    take: (keyHash) => {
      const nowMs = clock.now();
      let bucket = buckets.get(keyHash);
      if (!bucket) {
        if (buckets.size >= MAX_BUCKETS) forgetFull(nowMs);
        if (buckets.size >= MAX_BUCKETS) buckets.clear();
        bucket = fullBucket(limit, nowMs);
        buckets.set(keyHash, bucket);
      }
      return takeToken(bucket, limit, nowMs);
    },
  };
}
