/** How waits are spread: `full`, anywhere up to their bound; `none`: they are their bound. */
export const JITTERS = ["full", "none"] as const;
export type Jitter = (typeof JITTERS)[number];

/** How often and how far apart a delivery is tried. */
export interface RetryPolicy {
  /** Attempts in all, the first included; default 5. */
  maxAttempts: number;
  /** Upper bound of the first wait, in ms; default 5 s. */
  initialMs: number;
  /** Upper bound of every wait, in ms; default 2 h. */
  maxMs: number;
  /** Absent: `full`. */
  jitter?: "none";
}

export const DEFAULT_RETRY: RetryPolicy = { maxAttempts: 5, initialMs: 5_000, maxMs: 7_200_000 };

/**
 * How long to wait after a failed attempt: exponential with full jitter, so that a herd that failed
 * together does not come back together, unless the policy has none.
 *
 * @param attempt the attempt that failed, from 1
 * @param random a number in [0, 1)
 * @returns ms, from 0 up to `initialMs` doubled for each attempt, at most `maxMs`; without jitter, just that
 */
export function backoffMs(policy: RetryPolicy, attempt: number, random: number): number {
  const ceiling = Math.min(policy.maxMs, policy.initialMs * 2 ** (attempt - 1));
  return policy.jitter === "none" ? ceiling : Math.round(random * ceiling);
}
