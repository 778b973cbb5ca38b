import { civilDate, DAY_MS, dayNumber, dayOfWall, isLeapYear } from "./calendar.ts";
import type { Occurrence } from "./occurrence.ts";
import { LAST_DAY, type WallSeries } from "./series.ts";

/** When 29 February is kept in a common year. */
export type LeapDayRule = "feb-28" | "mar-1";

export interface YearlyDate {
  month: number;
  day: number;
  /** Milliseconds into the day. */
  timeMs: number;
  leapDay: LeapDayRule;
}

/** One nominal time a year; 29 February is moved in common years instead of being left out. */
export class YearlySeries implements WallSeries {
  readonly #date: YearlyDate;

  constructor(date: YearlyDate) {
    this.#date = date;
  }

  from(wallMs: number): number | null {
    const { year } = civilDate(dayOfWall(wallMs));
    const thisYear = this.#inYear(year);
    const found = thisYear >= wallMs ? thisYear : this.#inYear(year + 1);
    return dayOfWall(found) > LAST_DAY ? null : found;
  }

  count(fromMs: number, toMs: number): number {
    return Math.max(0, this.#lastYearBefore(toMs) - this.#lastYearBefore(fromMs));
  }

  /** The year is the identity; a moved leap day says so. */
  name(occurrence: Occurrence, wallMs: number): Occurrence {
    const year = civilDate(dayOfWall(wallMs)).year;
    const named = { ...occurrence, key: String(year).padStart(4, "0") };
    if (!this.#isMoved(year)) return named;
    const to = this.#date.leapDay === "mar-1" ? "1 March" : "28 February";
    const note = [`29 February does not exist in ${year}; it is kept on ${to}`, occurrence.resolution.note];
    const text = note.filter((part) => part !== undefined).join("; ");
    return { ...named, resolution: { ...occurrence.resolution, kind: "leap-day", note: text } };
  }

  /** The last year whose time comes before a wall clock. */
  #lastYearBefore(wallMs: number): number {
    const { year } = civilDate(dayOfWall(wallMs));
    return this.#inYear(year) < wallMs ? year : year - 1;
  }

  #isMoved(year: number): boolean {
    return this.#date.month === 2 && this.#date.day === 29 && !isLeapYear(year);
  }

  #inYear(year: number): number {
    const { month, day, timeMs, leapDay } = this.#date;
    if (!this.#isMoved(year)) return dayNumber(year, month, day) * DAY_MS + timeMs;
    return (leapDay === "mar-1" ? dayNumber(year, 3, 1) : dayNumber(year, 2, 28)) * DAY_MS + timeMs;
  }
}
