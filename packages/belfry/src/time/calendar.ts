/**
 * The proleptic Gregorian calendar in integer arithmetic. A day is its number since 1970-01-01;
 * a weekday is 0 (Monday) to 6 (Sunday); months and days of the month count from 1.
 */

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
export const MINUTE_MS = 60_000;

/** The instants of the years 0001 to 9999, which four digits can write; beyond them there is nothing to find. */
export const FIRST_INSTANT = -62_135_596_800_000;
export const LAST_INSTANT = 253_402_300_799_999;

export interface CivilDate {
  year: number;
  month: number;
  day: number;
}

const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

export function daysInYear(year: number): number {
  return isLeapYear(year) ? 366 : 365;
}

export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (MONTH_LENGTHS[month - 1] ?? 0);
}

/** Day number of 1 January. */
export function firstDayOfYear(year: number): number {
  const before = year - 1;
  return (
    before * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 719_162
  );
}

/** Day number of a date; the date is taken as valid. */
export function dayNumber(year: number, month: number, day: number): number {
  const leap = month > 2 && isLeapYear(year) ? 1 : 0;
  return firstDayOfYear(year) + (DAYS_BEFORE_MONTH[month - 1] ?? 0) + leap + day - 1;
}

/** The date of a day number (Howard Hinnant's civil_from_days: years counted from 1 March). */
export function civilDate(day: number): CivilDate {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}

/** Remainder that is never negative; exact to 2^52. On numbers beyond 2^31 `%` takes ten times as long. */
export function modulo(value: number, divisor: number): number {
  return value - Math.floor(value / divisor) * divisor;
}

/** 0 (Monday) to 6 (Sunday); 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): number {
  return modulo(day + 3, 7);
}

/**
 * First day of week 1 of a year: the week, beginning on `weekStart`, that has at least four days
 * in the year (RFC 5545 §3.3.10, BYWEEKNO; ISO 8601 when `weekStart` is Monday).
 */
export function firstDayOfWeekOne(year: number, weekStart: number): number {
  const january4 = firstDayOfYear(year) + 3;
  return january4 - modulo(weekdayOf(january4) - weekStart, 7);
}

/** How many numbered weeks a year has: 52 or 53. */
export function weeksInYear(year: number, weekStart: number): number {
  return (firstDayOfWeekOne(year + 1, weekStart) - firstDayOfWeekOne(year, weekStart)) / 7;
}

/** The day number that a wall clock stands in. */
export function dayOfWall(wallMs: number): number {
  return Math.floor(wallMs / DAY_MS);
}

/** Greatest common divisor of two positive integers. */
export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
