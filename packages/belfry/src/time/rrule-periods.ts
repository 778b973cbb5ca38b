import { civilDate, dayNumber, weekdayOf } from "./calendar.ts";
import type { DayFilter } from "./day-filter.ts";
import type { Frequency, RecurrenceRule } from "./rrule.ts";

/** The periods of a frequency of a day or longer, numbered, so that an interval is a difference of numbers. */
export class Periods {
  readonly #frequency: Frequency;
  readonly #weekStart: number;
  readonly #filter: DayFilter;

  constructor(rule: RecurrenceRule, filter: DayFilter) {
    this.#frequency = rule.frequency;
    this.#weekStart = rule.weekStart;
    this.#filter = filter;
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

  /** The days of a period that the rule's day parts allow, in order. */
  days(period: number): number[] {
    const found: number[] = [];
    if (this.#frequency === "YEARLY") this.#addYear(period, found);
    else if (this.#frequency === "MONTHLY") this.#addMonth(Math.floor(period / 12), (period % 12) + 1, found);
    else if (this.#frequency === "WEEKLY") this.#addWeek(period * 7 - 3 + this.#weekStart, found);
    else if (this.#filter.allowsDay(period)) found.push(period);
    return found;
  }

  #addYear(year: number, found: number[]): void {
    for (let month = 1; month <= 12; month++) this.#addMonth(year, month, found);
  }

  #addMonth(year: number, month: number, found: number[]): void {
    if (!this.#filter.allowsMonth(month)) return;
    this.#filter.addDaysOfMonth(year, month, dayNumber(year, month, 1), found);
  }

  #addWeek(first: number, found: number[]): void {
    for (let day = first; day < first + 7; day++) if (this.#filter.allowsDay(day)) found.push(day);
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
