import { DAY_MS } from "./calendar.ts";
import { parseInstant } from "./instant.ts";
import { parseDate, parseWallClock } from "./wall-clock.ts";

/** The inclusive end of a rule: an instant, or a wall clock in the rule's zone. */
export type Until = { instantMs: number } | { wallMs: number };

/**
 * Reads `2026-12-31T23:59:59Z` (an instant), `2026-12-31T17:00` (a wall clock) or `2026-12-31`
 * (that whole day); null when the text is none of them.
 */
export function parseUntil(text: string): Until | null {
  const instantMs = parseInstant(text);
  if (instantMs !== null) return { instantMs };
  const wallMs = parseWallClock(text);
  if (wallMs !== null) return { wallMs };
  const day = parseDate(text);
  return day === null ? null : { wallMs: (day + 1) * DAY_MS - 1 };
}

const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z)?)?$/;

/** Reads the compact form of RFC 5545 (`19971224T000000Z`, `19971224T090000`, `19971224`), or the extended one. */
export function parseCompactUntil(text: string): Until | null {
  const match = COMPACT.exec(text);
  if (!match) return parseUntil(text);
  const [, year, month, day, hour, minute, second, utc] = match;
  const date = `${year}-${month}-${day}`;
  return parseUntil(hour === undefined ? date : `${date}T${hour}:${minute}:${second}${utc ?? ""}`);
}
