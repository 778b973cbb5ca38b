import { DAY_MS, dayOfWall, weekdayOf } from "./calendar.ts";
import { lastInstantOf, placeInZone } from "./placement.ts";
import { parseTime } from "./wall-clock.ts";
import { zoneNamed } from "./zone.ts";

/** A stretch of each day on the wall clock, in ms since midnight; it may run past midnight. */
export interface DailyStretch {
  fromMs: number;
  toMs: number;
  /** Days on which it begins, 1 (Monday) to 7 (Sunday); null: every day. */
  days: readonly number[] | null;
}

export { parseTime as parseTimeOfDay };

/**
 * When a daily stretch ends in which an instant lies, or null if it lies in none. Its bounds follow the
 * clocks: one in a gap moves forward by it, and of a repeated hour the stretch has both passes.
 */
export function quietEnd(
  { fromMs, toMs, days }: DailyStretch,
  timeZone: string,
  atMs: number,
): number | null {
  const zone = zoneNamed(timeZone);
  const today = dayOfWall(zone.wallAt(atMs));
  // One that began yesterday may still last, also where the clocks went back over midnight.
  for (const day of [today - 1, today, today + 1]) {
    if (days !== null && !days.includes(isoWeekday(day))) continue;
    const endDay = toMs > fromMs ? day : day + 1;
    const start = placeInZone(zone, day * DAY_MS + fromMs).instantMs;
    const end = lastInstantOf(zone, endDay * DAY_MS + toMs);
    if (start <= atMs && atMs < end) return end;
  }
  return null;
}

/** 1 for Monday to 7 for Sunday (ISO 8601). */
function isoWeekday(day: number): number {
  return weekdayOf(day) + 1;
}
