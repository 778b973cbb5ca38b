const MAX_WAIT_MS = 24 * 60 * 60 * 1000;
const DAY_NAME = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/;

/**
 * How long a receiver asks to be left alone, from `Retry-After`: seconds, or an HTTP date in any of the
 * three forms of RFC 9110 §5.6.7.
 *
 * @returns ms from `nowMs` on, at most 24 h; undefined where there is nothing to wait for or to read
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? "";
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : dateMs(text) - nowMs;
  // Zero and the past ask for no wait; then the backoff, which spares the receiver, is the better one.
  return waitMs > 0 ? Math.min(waitMs, MAX_WAIT_MS) : undefined;
}

/** NaN for what is no HTTP date; Date.parse alone would read far more as one. */
function dateMs(text: string): number {
  if (!DAY_NAME.test(text)) return Number.NaN;
  return Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
}
