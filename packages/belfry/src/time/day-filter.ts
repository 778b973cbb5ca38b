import {
  civilDate,
  daysInYear,
  firstDayOfWeekOne,
  firstDayOfYear,
  modulo,
  weekdayOf,
  weeksInYear,
} from "./calendar.ts";
import type { DayInMonth, DayRule } from "./day-rule.ts";
import type { OrdinalWeekday, RecurrenceRule } from "./rrule.ts";

const NO_FLAGS = new Uint8Array(0);

/** Which signed numbers a BYxxx list has, from -limit to limit. */
class SignedSet {
  readonly #limit: number;
  readonly #flags: Uint8Array;
  readonly empty: boolean;

  constructor(values: readonly number[], limit: number) {
    this.#limit = limit;
    this.empty = values.length === 0;
    this.#flags = this.empty ? NO_FLAGS : new Uint8Array(2 * limit + 1);
    for (const value of values) this.#flags[value + limit] = 1;
  }

  /** The list is absent, or has a number counted from the start or, of `length`, from the end. */
  allows(fromStart: number, length: number): boolean {
    if (this.empty) return true;
    return this.has(fromStart) || this.has(fromStart - length - 1);
  }

  has(value: number): boolean {
    return this.#flags[value + this.#limit] === 1;
  }
}

/** Numbered weekdays, as a set of numbers for each weekday; null without any. */
function ordinalsOf(days: readonly OrdinalWeekday[]): SignedSet[] | null {
  const numbered = days.filter((day) => day.ordinal !== 0);
  if (numbered.length === 0) return null;
  return Array.from({ length: 7 }, (_, weekday) => {
    const own = numbered.filter((day) => day.weekday === weekday);
    return new SignedSet(
      own.map((day) => day.ordinal),
      53,
    );
  });
}

/**
 * The day parts of a rule as filters: a day matches when every part that was given allows it
 * (RFC 5545 §3.3.10; the expansions of its table come to the same once all days of a period are
 * tried). Parts taken from the start are added by the caller.
 */
export class DayFilter implements DayRule {
  readonly everyDay: boolean;
  readonly #months: SignedSet;
  readonly #monthDays: SignedSet;
  readonly #yearDays: SignedSet;
  readonly #weekNumbers: SignedSet;
  readonly #weekdays = new Uint8Array(7);
  readonly #weekStart: number;
  readonly #ordinals: SignedSet[] | null;
  /** Ordinals count within the month, else within the year. */
  readonly #ordinalsInMonth: boolean;
  readonly #anyWeekday: boolean;

  constructor(rule: RecurrenceRule) {
    this.#weekStart = rule.weekStart;
    this.#ordinals = ordinalsOf(rule.byDay);
    this.#months = new SignedSet(rule.byMonth, 12);
    this.#monthDays = new SignedSet(rule.byMonthDay, 31);
    this.#yearDays = new SignedSet(rule.byYearDay, 366);
    this.#weekNumbers = new SignedSet(rule.byWeekNo, 53);
    for (const { weekday, ordinal } of rule.byDay) if (ordinal === 0) this.#weekdays[weekday] = 1;
    this.#anyWeekday = rule.byDay.length === 0;
    this.#ordinalsInMonth = rule.frequency === "MONTHLY" || rule.byMonth.length > 0;
    this.everyDay = [rule.byMonth, rule.byMonthDay, rule.byYearDay, rule.byWeekNo, rule.byDay].every(
      (list) => list.length === 0,
    );
  }

  allowsMonth(month: number): boolean {
    return this.#months.empty || this.#months.has(month);
  }

  allows(date: DayInMonth): boolean {
    if (!this.#monthDays.allows(date.day, date.monthLength)) return false;
    if (!this.#anyWeekday && !this.#allowsWeekday(date)) return false;
    if (!this.#yearDays.empty) {
      const dayOfYear = date.number - firstDayOfYear(date.year) + 1;
      if (!this.#yearDays.allows(dayOfYear, daysInYear(date.year))) return false;
    }
    return this.#weekNumbers.empty || this.#allowsWeek(date);
  }

  #allowsWeekday(date: DayInMonth): boolean {
    const weekday = weekdayOf(date.number);
    if (this.#weekdays[weekday] === 1) return true;
    const ordinals = this.#ordinals?.[weekday];
    if (!ordinals || ordinals.empty) return false;
    const first = this.#ordinalsInMonth ? date.number - date.day + 1 : firstDayOfYear(date.year);
    const length = this.#ordinalsInMonth ? date.monthLength : daysInYear(date.year);
    const fromStart = Math.floor((date.number - first) / 7) + 1;
    const fromEnd = Math.floor((first + length - 1 - date.number) / 7) + 1;
    return ordinals.has(fromStart) || ordinals.has(-fromEnd);
  }

  /** A day belongs to the numbered week it stands in, which may be one of the year before or after. */
  #allowsWeek(date: DayInMonth): boolean {
    const weekStart = this.#weekStart;
    const firstOfWeek = date.number - modulo(weekdayOf(date.number) - weekStart, 7);
    // The fourth day of a week stands in the year that numbers it.
    const year = civilDate(firstOfWeek + 3).year;
    const week = (firstOfWeek - firstDayOfWeekOne(year, weekStart)) / 7 + 1;
    return this.#weekNumbers.allows(week, weeksInYear(year, weekStart));
  }
}
