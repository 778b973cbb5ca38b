import { DAY_MS, FIRST_INSTANT, HOUR_MS, LAST_INSTANT, MINUTE_MS } from "./calendar.ts";
import { dayOfFields, timeOfFields } from "./wall-clock.ts";

const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}))?(?:[.,](\d{1,9}))?(Z|[+-]\d{2}(?::?\d{2})?)$/i;
const OFFSET = /^([+-])(\d{2}):?(\d{2})?$/;

function parseOffset(text: string): number | null {
  if (text === "Z" || text === "z") return 0;
  const match = OFFSET.exec(text);
  if (!match) return null;
  const [hours, minutes] = [Number(match[2]), Number(match[3] ?? 0)];
  if (hours > 23 || minutes > 59) return null;
  return (match[1] === "-" ? -1 : 1) * (hours * HOUR_MS + minutes * MINUTE_MS);
}

/**
 * Milliseconds since 1970 of an ISO 8601 instant with an offset or `Z`
 * (`2026-12-01T09:00:00+01:00`; seconds and their fraction optional, rounded down to milliseconds),
 * or null when the text is not one of the years 0001 to 9999 in UTC.
 */
export function parseInstant(text: string): number | null {
  const match = INSTANT.exec(text);
  if (!match) return null;
  const [, year, month, date, hour, minute, second, fraction = "", offset = ""] = match;
  const day = dayOfFields(year, month, date);
  const timeMs = timeOfFields(hour, minute, second);
  const offsetMs = parseOffset(offset);
  if (day === null || timeMs === null || offsetMs === null) return null;
  const fractionMs = fraction === "" ? 0 : Number(fraction.padEnd(3, "0").slice(0, 3));
  const instantMs = day * DAY_MS + timeMs + fractionMs - offsetMs;
  return instantMs >= FIRST_INSTANT && instantMs <= LAST_INSTANT ? instantMs : null;
}

/** `2026-12-01T08:00:00Z`; milliseconds only when they are not zero. */
export function formatInstant(ms: number): string {
  const text = new Date(ms).toISOString();
  return ms % 1000 === 0 ? `${text.slice(0, -5)}Z` : text;
}
