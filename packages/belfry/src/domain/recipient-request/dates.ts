import { daysInMonth } from "../../time/calendar.ts";
import { parseDate } from "../../time/wall-clock.ts";
import { entriesOf, type Reading, read, readAll, refused } from "./reading.ts";

export const MOST_DATES = 20;
/** A date's name is a part of templates and rules: `recipient.dates.birthday`. */
export const DATE_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
/** `1990-02-28`, or `--02-28` where the year is nobody's business (ISO 8601:2000, vCard). */
export const DATE_PATTERN = "^(\\d{4}|-)-\\d{2}-\\d{2}$";
export const DATE_ALLOWED =
  "a date that there is, such as 1990-02-28, not in the future; or --02-28 without the year";
export const DATES_ALLOWED = `a JSON object of at most ${MOST_DATES} dates by their names, such as {"birthday":"1990-02-28"}`;

const NAME_ALLOWED = "a name of 1 to 64 letters, digits, hyphens and underscores, beginning with a letter";
const WITHOUT_YEAR = /^--(\d{2})-(\d{2})$/;
const LEAP_YEAR = 2000;

/** A person's dates. @param today where the person is: `2026-03-15` */
export function readDates(value: unknown, today: string): Reading<Record<string, string>> {
  const path = ["dates"];
  if (value === undefined || value === null) return read({});
  const entries = entriesOf(value);
  if (!entries) return refused(path, value, { message: "is not a JSON object", allowed: DATES_ALLOWED });
  if (entries.length > MOST_DATES)
    return refused(path, value, { message: `has ${entries.length} dates`, allowed: DATES_ALLOWED });
  const all = readAll(entries.map(([name, date]) => readEntry(name, date, today)));
  return all.ok ? read(Object.fromEntries(all.value)) : all;
}

function readEntry(name: string, date: unknown, today: string): Reading<[string, string]> {
  const path = ["dates", name];
  if (!DATE_NAME.test(name))
    return refused(path, name, { message: "is not under the name of a date", allowed: NAME_ALLOWED });
  const message = dateFault(date, today);
  return message === null
    ? read([name, String(date)])
    : refused(path, date, { message, allowed: DATE_ALLOWED });
}

/** What is wrong with a date, read behind its name; null: nothing. */
export function dateFault(date: unknown, today: string): string | null {
  if (typeof date !== "string") return "is not a text";
  const [, month, day] = WITHOUT_YEAR.exec(date) ?? [];
  if (month !== undefined) return isDayOfYear(Number(month), Number(day)) ? null : "is not a day of the year";
  if (!new RegExp(DATE_PATTERN).test(date)) return "is not a date";
  if (parseDate(date) === null) return "is not a date that there is";
  return date > today ? "is in the future" : null;
}

function isDayOfYear(month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(LEAP_YEAR, month);
}
