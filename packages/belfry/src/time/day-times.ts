import { DAY_MS, dayOfWall, HOUR_MS, MINUTE_MS } from "./calendar.ts";
import type { MatchingDays } from "./matching-days.ts";
import { firstIndexFrom, sortedSet } from "./sorted-numbers.ts";

/**
 * The times of day that a rule names: every combination of its hours, minutes and seconds, in order.
 * They are counted and found by arithmetic; a list of them could have 86 400 entries.
 */
export class DayTimes {
  readonly hours: readonly number[];
  readonly minutes: readonly number[];
  readonly seconds: readonly number[];
  readonly count: number;

  constructor(hours: Iterable<number>, minutes: Iterable<number>, seconds: Iterable<number>) {
    this.hours = sortedSet(hours);
    this.minutes = sortedSet(minutes);
    this.seconds = sortedSet(seconds);
    this.count = this.hours.length * this.minutes.length * this.seconds.length;
  }

  /** Milliseconds into the day of the time at an index from 0 to `count - 1`. */
  at(index: number): number {
    const second = index % this.seconds.length;
    const minute = Math.floor(index / this.seconds.length) % this.minutes.length;
    const hour = Math.floor(index / (this.seconds.length * this.minutes.length));
    return (
      (this.hours[hour] ?? 0) * HOUR_MS +
      (this.minutes[minute] ?? 0) * MINUTE_MS +
      (this.seconds[second] ?? 0) * 1000
    );
  }

  /** Index of the first time not before `timeMs` milliseconds into the day; `count` when there is none. */
  indexFrom(timeMs: number): number {
    const wanted = Math.ceil(timeMs / 1000);
    const hour = Math.floor(wanted / 3600);
    const minute = Math.floor(wanted / 60) % 60;
    const hourIndex = firstIndexFrom(this.hours, hour);
    const perHour = this.minutes.length * this.seconds.length;
    if (this.hours[hourIndex] !== hour) return hourIndex * perHour;
    const minuteIndex = firstIndexFrom(this.minutes, minute);
    const start = hourIndex * perHour + minuteIndex * this.seconds.length;
    if (this.minutes[minuteIndex] !== minute) return start;
    return start + firstIndexFrom(this.seconds, wanted % 60);
  }

  /** How many times come on allowed days from a wall clock to before another. */
  countOn(days: MatchingDays, fromMs: number, toMs: number): number {
    if (toMs <= fromMs) return 0;
    const [first, last] = [dayOfWall(fromMs), dayOfWall(toMs)];
    let total = days.count(first, last) * this.count;
    if (days.has(first)) total -= this.indexFrom(fromMs - first * DAY_MS);
    if (days.has(last)) total += this.indexFrom(toMs - last * DAY_MS);
    return total;
  }
}
