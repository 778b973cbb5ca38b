import { civilDate, DAY_MS, dayNumber, dayOfWall, daysInMonth, weekdayOf } from "./calendar.ts";
import type { CronRule } from "./cron.ts";
import { DayTimes } from "./day-times.ts";
import { daysSpanned, searchEnd, type WallSeries, walkToNth } from "./series.ts";

function flags(values: readonly number[], size: number): boolean[] {
  const found = new Array<boolean>(size).fill(false);
  for (const value of values) found[value] = true;
  return found;
}

/**
 * A cron rule on the wall clock. When both day fields are restricted a day matches if either does
 * (Vixie cron; `*`/2 counts as restricted).
 */
export class CronSeries implements WallSeries {
  readonly times: DayTimes;
  readonly #months: boolean[];
  readonly #days: boolean[];
  readonly #weekdays: boolean[];
  readonly #eitherDay: boolean;

  constructor(rule: CronRule) {
    this.times = new DayTimes(rule.hour.values, rule.minute.values, [0]);
    this.#months = flags(rule.month.values, 13);
    this.#days = flags(rule.day.values, 32);
    // Cron counts weekdays from Sunday, the calendar from Monday.
    this.#weekdays = flags(
      rule.weekday.values.map((weekday) => (weekday + 6) % 7),
      7,
    );
    this.#eitherDay = !rule.day.everything && !rule.weekday.everything;
  }

  from(wallMs: number): number | null {
    const today = dayOfWall(wallMs);
    const index = this.times.indexFrom(wallMs - today * DAY_MS);
    const fitsToday = index < this.times.count;
    const day = this.#nextDay(fitsToday ? today : today + 1, searchEnd(today));
    if (day === null) return null;
    return day * DAY_MS + this.times.at(day === today ? index : 0);
  }

  nth(wallMs: number, n: number): number | null {
    return walkToNth((at) => this.from(at), wallMs, n, 1);
  }

  atMost(fromMs: number, toMs: number): number {
    return daysSpanned(fromMs, toMs) * this.times.count;
  }

  #nextDay(first: number, last: number): number | null {
    let { year, month, day } = civilDate(first);
    for (let number = first; number <= last; ) {
      if (this.#months[month]) {
        const length = daysInMonth(year, month);
        for (; day <= length; day++, number++) {
          if (this.#matches(day, number)) return number > last ? null : number;
        }
      }
      day = 1;
      month = month === 12 ? 1 : month + 1;
      year += month === 1 ? 1 : 0;
      number = dayNumber(year, month, 1);
    }
    return null;
  }

  #matches(day: number, number: number): boolean {
    const byDay = this.#days[day] === true;
    const byWeekday = this.#weekdays[weekdayOf(number)] === true;
    return this.#eitherDay ? byDay || byWeekday : byDay && byWeekday;
  }
}
