import { DAY_MS, dayOfWall, FIRST_INSTANT, HOUR_MS, LAST_INSTANT, MINUTE_MS } from "./calendar.ts";
import { dayOfDate, formatDate, timeOfDay, twoDigits } from "./wall-clock.ts";

/** As far as the minutes all has its place; what may stand behind them is seconds, their fraction, the offset. */
const INSTANT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::(\d{2}))?(?:[.,](\d{1,9}))?(Z|[+-]\d{2}(?::?\d{2})?)$/i;
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
  // Read digit by digit: of a large batch, instants are the dearest part to read.
  const day = dayOfDate(digitsAt(text, 0, 4), digitsAt(text, 5, 2), digitsAt(text, 8, 2));
  const second = match[1] === undefined ? 0 : digitsAt(match[1], 0, 2);
  const timeMs = timeOfDay(digitsAt(text, 11, 2), digitsAt(text, 14, 2), second);
  const offsetMs = parseOffset(match[3] ?? "");
  if (day === null || timeMs === null || offsetMs === null) return null;
  const fractionMs = match[2] === undefined ? 0 : digitsAt(match[2].padEnd(3, "0"), 0, 3);
  const instantMs = day * DAY_MS + timeMs + fractionMs - offsetMs;
  return instantMs >= FIRST_INSTANT && instantMs <= LAST_INSTANT ? instantMs : null;
}

const DIGIT_ZERO = 48;

/** The number that so many digits of a text stand for, which a pattern has found there. */
function digitsAt(text: string, at: number, count: number): number {
  let value = 0;
  for (let index = at; index < at + count; index++) value = value * 10 + text.charCodeAt(index) - DIGIT_ZERO;
  return value;
}

/** `2026-12-01T08:00:00Z`; milliseconds only when they are not zero. */
export function formatInstant(ms: number): string {
  // Date takes three times as long for what all instants are here.
  if (Number.isInteger(ms) && ms >= FIRST_INSTANT && ms <= LAST_INSTANT) return instantText(ms);
  const text = new Date(ms).toISOString();
  return ms % 1000 === 0 ? `${text.slice(0, -5)}Z` : text;
}

function instantText(ms: number): string {
  const day = dayOfWall(ms);
  const timeMs = ms - day * DAY_MS;
  const seconds = Math.floor(timeMs / 1000);
  const minutes = Math.floor(seconds / 60);
  const clock = `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}:${twoDigits(seconds % 60)}`;
  const milliseconds = timeMs - seconds * 1000;
  const fraction = milliseconds === 0 ? "" : `.${String(milliseconds).padStart(3, "0")}`;
  return `${formatDate(day)}T${clock}${fraction}Z`;
}
