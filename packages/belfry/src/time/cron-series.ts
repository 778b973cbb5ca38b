import { DAY_MS, dayOfWall, weekdayOf } from "./calendar.ts";
import type { CronRule } from "./cron.ts";
import type { DayInMonth, DayRule } from "./day-rule.ts";
import { DayTimes } from "./day-times.ts";
import { MatchingDays } from "./matching-days.ts";
import type { SearchSteps } from "./search-steps.ts";
import { searchEnd, type WallSeries } from "./series.ts";

function flags(values: readonly number[], size: number): boolean[] {
  const found = new Array<boolean>(size).fill(false);
  for (const value of values) found[value] = true;
  return found;
}

/**
 * The day fields of a cron rule. When both are restricted a day matches if either does (Vixie cron; `*`/2
 * counts as restricted).
 */
class CronDays implements DayRule {
  readonly everyDay: boolean;
  readonly #months: boolean[];
  readonly #days: boolean[];
  readonly #weekdays: boolean[];
  readonly #eitherDay: boolean;

  constructor({ day, month, weekday }: CronRule) {
    this.#months = flags(month.values, 13);
    this.#days = flags(day.values, 32);
    // Cron counts weekdays from Sunday, the calendar from Monday.
    this.#weekdays = flags(
      weekday.values.map((value) => (value + 6) % 7),
      7,
    );
    this.#eitherDay = !day.everything && !weekday.everything;
    this.everyDay = [month, day, weekday].every((field) => field.everything);
  }

  allowsMonth(month: number): boolean {
    return this.#months[month] === true;
  }

  allows({ day, number }: DayInMonth): boolean {
    const byDay = this.#days[day] === true;
    const byWeekday = this.#weekdays[weekdayOf(number)] === true;
    return this.#eitherDay ? byDay || byWeekday : byDay && byWeekday;
  }
}

/** A cron rule on the wall clock. */
export class CronSeries implements WallSeries {
  readonly #times: DayTimes;
  readonly #days: MatchingDays;

  constructor(rule: CronRule, steps: SearchSteps) {
    this.#times = new DayTimes(rule.hour.values, rule.minute.values, [0]);
    this.#days = new MatchingDays(new CronDays(rule), steps);
  }

  from(wallMs: number, notAfterMs = Number.POSITIVE_INFINITY): number | null {
    const today = dayOfWall(wallMs);
    const index = this.#times.indexFrom(wallMs - today * DAY_MS);
    const first = index < this.#times.count ? today : today + 1;
    const day = this.#days.next(first, Math.min(searchEnd(today), dayOfWall(notAfterMs)));
    if (day === null) return null;
    return day * DAY_MS + this.#times.at(day === today ? index : 0);
  }

  count(fromMs: number, toMs: number): number {
    return this.#times.countOn(this.#days, fromMs, toMs);
  }
}
