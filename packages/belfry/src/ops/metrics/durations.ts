/** Upper bounds, in seconds, of what takes a commit, a request, an attempt. */
export const SHORT_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Upper bounds, in seconds, of how late something is: from a millisecond to a day. */
export const LATENESS_BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600, 21_600,
  86_400,
];

/** Metrics are in seconds. A clock that was set back meanwhile makes a duration 0, not negative. */
export function inSeconds(ms: number): number {
  return Math.max(0, ms) / 1_000;
}
