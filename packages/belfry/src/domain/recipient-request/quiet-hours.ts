import { parseTimeOfDay } from "../../time/quiet-time.ts";
import type { QuietHours } from "../quiet-hours.ts";
import { entriesOf, type Reading, read, refused } from "./reading.ts";

export const TIME_ALLOWED = "a time of day from 00:00 to 23:59, such as 22:00";
export const DAYS_ALLOWED = "1 to 7 days, each once, from 1 (Monday) to 7 (Sunday)";
export const QUIET_HOURS_ALLOWED =
  'a JSON object with from, to and perhaps days, such as {"from":"22:00","to":"07:00"}; null for none';

const FIELDS: readonly string[] = ["from", "to", "days"];
const TIME = /^\d{2}:\d{2}$/;

/** When a recipient is not to be disturbed. */
export function readQuietHours(value: unknown): Reading<QuietHours | null> {
  const path = ["quietHours"];
  if (value === undefined || value === null) return read(null);
  const entries = entriesOf(value);
  if (!entries)
    return refused(path, value, { message: "is not a JSON object", allowed: QUIET_HOURS_ALLOWED });
  const fields = Object.fromEntries(entries);
  const readings = [
    ...entries.filter(([name]) => !FIELDS.includes(name)).map(([name, given]) => unknown(name, given)),
    readTime("from", fields.from),
    readTime("to", fields.to),
    readDays(fields.days),
  ];
  const issues = readings.flatMap((one) => (one.ok ? [] : one.issues));
  if (issues.length > 0) return { ok: false, issues };
  if (fields.from === fields.to)
    return refused([...path, "to"], fields.to, {
      message: "is the same as from",
      allowed: "another time than from; before it: on the next day",
    });
  // All of it has been looked at.
  return read(Object.fromEntries(entries) as unknown as QuietHours);
}

function unknown(name: string, value: unknown): Reading<unknown> {
  const wrong = { message: "is not a known field", allowed: `only ${FIELDS.join(", ")}` };
  return refused(["quietHours", name], value, wrong);
}

function readTime(name: string, value: unknown): Reading<unknown> {
  const path = ["quietHours", name];
  if (value === undefined) return refused(path, value, { message: "is missing", allowed: TIME_ALLOWED });
  const isTime = typeof value === "string" && TIME.test(value) && parseTimeOfDay(value) !== null;
  return isTime
    ? read(value)
    : refused(path, value, { message: "is not a time of day", allowed: TIME_ALLOWED });
}

function readDays(value: unknown): Reading<unknown> {
  const path = ["quietHours", "days"];
  if (value === undefined) return read(value);
  const isDay = (day: unknown): boolean =>
    typeof day === "number" && Number.isInteger(day) && day >= 1 && day <= 7;
  const areDays =
    Array.isArray(value) && value.length > 0 && value.every(isDay) && new Set(value).size === value.length;
  return areDays
    ? read(value)
    : refused(path, value, { message: "is not a list of days", allowed: DAYS_ALLOWED });
}
