import { civilDate, DAY_MS, dayNumber, dayOfWall, daysInMonth } from "./calendar.ts";

/**
 * A wall clock is a date and a time without a zone, held as the milliseconds it would have were it
 * UTC ("wall milliseconds"), so that comparing and adding are integer arithmetic.
 */

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)$/i;
const TIME = /^(\d{2}):(\d{2})(?::(\d{2}))?$/;

/** `07`. */
export function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** Day number of `2026-03-15`, or null when it is not a date of the years 0001 to 9999. */
export function parseDate(text: string): number | null {
  const match = DATE.exec(text);
  return match ? dayOfFields(match[1], match[2], match[3]) : null;
}

/** The same of a date in parts, each of digits. */
export function dayOfFields(years = "", months = "", days = ""): number | null {
  return dayOfDate(Number(years), Number(months), Number(days));
}

/** Day number of a date, or null when it is not one of the years 0001 to 9999. */
export function dayOfDate(year: number, month: number, day: number): number | null {
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  return dayNumber(year, month, day);
}

/** Milliseconds into the day of `09:00` or `09:00:30`, or null when it is not a time. */
export function parseTime(text: string): number | null {
  const match = TIME.exec(text);
  return match ? timeOfFields(match[1], match[2], match[3]) : null;
}

/** The same of a time in parts, each of digits. */
export function timeOfFields(hours = "", minutes = "", seconds = "0"): number | null {
  return timeOfDay(Number(hours), Number(minutes), Number(seconds));
}

/** Milliseconds into the day of a time, or null when it is not one. */
export function timeOfDay(hour: number, minute: number, second: number): number | null {
  if (hour > 23 || minute > 59 || second > 59) return null;
  return ((hour * 60 + minute) * 60 + second) * 1000;
}

/** Wall milliseconds of `2026-03-15T09:00` (seconds optional), or null when it is not a wall clock. */
export function parseWallClock(text: string): number | null {
  const match = DATE_TIME.exec(text);
  if (!match) return null;
  const day = parseDate(match[1] ?? "");
  const time = parseTime(match[2] ?? "");
  return day === null || time === null ? null : day * DAY_MS + time;
}

/** `09:00`, or `09:00:30` when the seconds are not zero. */
export function formatTime(timeMs: number): string {
  const seconds = Math.floor(timeMs / 1000);
  const clock = `${twoDigits(Math.floor(seconds / 3600))}:${twoDigits(Math.floor(seconds / 60) % 60)}`;
  return seconds % 60 === 0 ? clock : `${clock}:${twoDigits(seconds % 60)}`;
}

/** `2026-03-15`. */
export function formatDate(day: number): string {
  const date = civilDate(day);
  return `${String(date.year).padStart(4, "0")}-${twoDigits(date.month)}-${twoDigits(date.day)}`;
}

/** `2026-03-15T09:00`, with seconds only when they are not zero. */
export function formatWallClock(wallMs: number): string {
  const day = dayOfWall(wallMs);
  return `${formatDate(day)}T${formatTime(wallMs - day * DAY_MS)}`;
}

/** `+05:30`, `-04:00`, `Z` never; seconds only for old local mean times. */
export function formatOffset(offsetMs: number): string {
  return `${offsetMs < 0 ? "-" : "+"}${formatTime(Math.abs(offsetMs))}`;
}
