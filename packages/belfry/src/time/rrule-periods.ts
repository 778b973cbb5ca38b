import { civilDate, dayNumber, weekdayOf } from "./calendar.ts";
import type { MatchingDays } from "./matching-days.ts";
import type { Frequency, RecurrenceRule } from "./rrule.ts";

/** The periods of a frequency of a day or longer, numbered, so that an interval is a difference of numbers. */
export class Periods {
  readonly #frequency: Frequency;
  readonly #weekStart: number;
  readonly #weekdays: number;
  readonly #days: MatchingDays;

  constructor(rule: RecurrenceRule, days: MatchingDays) {
    this.#frequency = rule.frequency;
    this.#weekStart = rule.weekStart;
    this.#weekdays = new Set(rule.byDay.map((day) => day.weekday)).size;
    this.#days = days;
  }

  /** A period cannot have more allowed days than this. */
  get mostDays(): number {
    if (this.#frequency === "YEARLY") return 366;
    if (this.#frequency === "MONTHLY") return 31;
    return this.#frequency === "WEEKLY" ? this.#weekdays : 1;
  }

  /** After so many periods (400 years) the calendar comes round. */
  get round(): number {
    if (this.#frequency === "YEARLY") return 400;
    if (this.#frequency === "MONTHLY") return 4800;
    return this.#frequency === "WEEKLY" ? 20_871 : 146_097;
  }

  /** Number of the period that a day stands in. */
  of(day: number): number {
    switch (this.#frequency) {
      case "YEARLY":
        return civilDate(day).year;
      case "MONTHLY": {
        const { year, month } = civilDate(day);
        return year * 12 + month - 1;
      }
      case "WEEKLY":
        return Math.floor((day + 3 - this.#weekStart) / 7);
      default:
        return day;
    }
  }

  /** Day number of the first day of a period. */
  firstDay(period: number): number {
    switch (this.#frequency) {
      case "YEARLY":
        return dayNumber(period, 1, 1);
      case "MONTHLY":
        return dayNumber(Math.floor(period / 12), (period % 12) + 1, 1);
      case "WEEKLY":
        return period * 7 - 3 + this.#weekStart;
      default:
        return period;
    }
  }

  /** How many days of a period the rule's day parts allow. */
  size(period: number): number {
    return this.#days.count(this.firstDay(period), this.firstDay(period + 1));
  }

  /** The days of a period that the rule's day parts allow, in order. */
  days(period: number): number[] {
    const found: number[] = [];
    const last = this.firstDay(period + 1) - 1;
    let day = this.#days.next(this.firstDay(period), last);
    while (day !== null) {
      found.push(day);
      day = this.#days.next(day + 1, last);
    }
    return found;
  }
}

/** The parts that a rule takes from its start because it has none of its own (RFC 5545 §3.3.10). */
export function withPartsOfStart(rule: RecurrenceRule, startDay: number): RecurrenceRule {
  const { frequency, byMonth, byMonthDay, byDay, byYearDay, byWeekNo } = rule;
  const { month, day } = civilDate(startDay);
  const weekday = [{ weekday: weekdayOf(startDay), ordinal: 0 }];
  if (byMonthDay.length + byDay.length + byYearDay.length > 0) return rule;
  if (frequency === "WEEKLY" || byWeekNo.length > 0) return { ...rule, byDay: weekday };
  if (frequency === "MONTHLY") return { ...rule, byMonthDay: [day] };
  if (frequency !== "YEARLY") return rule;
  return { ...rule, byMonth: byMonth.length > 0 ? byMonth : [month], byMonthDay: [day] };
}
