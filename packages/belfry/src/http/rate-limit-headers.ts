import type { RateLimiter } from "../access/rate-limiter.ts";
import type { RateLimit, Taken } from "../domain/rate-limit.ts";
import { HttpProblem } from "./http-problem.ts";

/** What an answer tells of its key's limit. */
export type LimitHeaders = Readonly<Record<"ratelimit-policy" | "ratelimit", string>>;

/** The name of the one policy. */
const POLICY = "key";

/**
 * The fields of draft-ietf-httpapi-ratelimit-headers-11: the quota and its window, in whole seconds, and
 * how many requests are left (`r`) until there is one more (`t`).
 */
export function limitHeaders({ quota, windowMs }: RateLimit, taken: Taken): LimitHeaders {
  return {
    "ratelimit-policy": `"${POLICY}";q=${quota};w=${wholeSeconds(windowMs)}`,
    ratelimit: `"${POLICY}";r=${taken.remaining};t=${wholeSeconds(taken.nextTokenInMs)}`,
  };
}

/** The refusal of a request beyond the limit. */
export function rateLimited({ limit }: Pick<RateLimiter, "limit">, taken: Taken): HttpProblem {
  const seconds = wholeSeconds(taken.nextTokenInMs);
  const each = `${limit.quota} requests in ${limit.windowMs / 1000} s`;
  return new HttpProblem({
    status: 429,
    code: "rate_limited",
    message: `Cannot take the request: the key may make ${each}; come back in ${seconds} s`,
    headers: { "retry-after": String(seconds) },
  });
}

/** Rounded up: whoever waits so long does not come too early. */
function wholeSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}
