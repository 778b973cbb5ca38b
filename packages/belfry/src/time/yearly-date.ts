import { daysInMonth } from "./calendar.ts";
import type { PlanContext } from "./plan.ts";
import { invalid, ScheduleError } from "./schedule-error.ts";

export interface MonthDay {
  month: number;
  day: number;
}

const MONTH_DAY = /^(?:(\d{4}|-)-)?(\d{2})-(\d{2})$/;
const LEAP_YEAR = 2000;

/**
 * Reads `03-15`, null when the text is not of that form.
 * Throws ScheduleError `impossible_schedule` for a day that its month never has.
 */
export function parseMonthDay(text: string, path: (string | number)[]): MonthDay | null {
  const match = MONTH_DAY.exec(text);
  if (!match || match[1] !== undefined) return null;
  const [month, day] = [Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1 || day > 31) return null;
  if (day > daysInMonth(LEAP_YEAR, month)) {
    const message = `${text} never comes: the month has ${daysInMonth(LEAP_YEAR, month)} days`;
    throw new ScheduleError("impossible_schedule", [
      { path, value: text, message, allowed: "a day of the year" },
    ]);
  }
  return { month, day };
}

/**
 * The month and day of one of the recipient's dates (`1990-02-29`, `--02-29`).
 * Throws ScheduleError `missing_date` when the recipient has no such date.
 */
export function recipientDate(name: string, context: PlanContext): MonthDay {
  const dates = context.dates ?? {};
  const value = Object.hasOwn(dates, name) ? dates[name] : undefined;
  const path = ["yearly", "on", "recipientDate"];
  const allowed = "the name of a date that the recipient has";
  if (value === undefined) {
    const message = `the recipient has no date "${name}"`;
    throw new ScheduleError("missing_date", [{ path, value: name, message, allowed }]);
  }
  const match = MONTH_DAY.exec(value);
  const [month, day] = [Number(match?.[2]), Number(match?.[3])];
  if (!match?.[1] || !(month >= 1 && day >= 1 && day <= daysInMonth(LEAP_YEAR, month))) {
    const message = `the recipient's date "${name}" is not a date`;
    throw invalid({ path, value, message, allowed: "1990-02-28, or --02-28 without a year" });
  }
  return { month, day };
}
