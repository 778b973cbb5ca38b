import { FieldReader, isObject } from "./field-reader.ts";
import { ScheduleError } from "./schedule-error.ts";
import { parseTime } from "./wall-clock.ts";
import { parseMonthDay } from "./yearly-date.ts";

function checkYearlyDate(fields: FieldReader, on: unknown): void {
  const allowed = 'a month and day such as "03-15", or {"recipientDate": "birthday"}';
  if (on === undefined) {
    fields.refuse("on", undefined, "on is missing", allowed);
    return;
  }
  if (!isObject(on)) {
    fields.checkText(["on"], on, allowed, (text) => parseMonthDay(text, ["on"]) !== null);
    return;
  }
  const name = on.recipientDate;
  if (typeof name !== "string" || name.length < 1 || name.length > 100) {
    const message = name === undefined ? "is missing" : "is not the name of a date";
    fields.refuse(["on", "recipientDate"], name, `recipientDate ${message}`, "1 to 100 characters");
  }
  for (const field of Object.keys(on)) {
    if (field !== "recipientDate")
      fields.refuse(["on", field], on[field], `"${field}" is not a field here`, allowed);
  }
}

/** Checks `yearly` and gathers its issues in the reader of the schedule. */
export function checkYearly(outer: FieldReader): void {
  const value = outer.get("yearly");
  if (!isObject(value)) {
    outer.refuse("yearly", value, "yearly is not an object", '{"on": "03-15", "time": "09:00"}');
    return;
  }
  const fields = new FieldReader(value);
  fields.allowOnly(["on", "time", "leapDay"]);
  checkYearlyDate(fields, fields.get("on"));
  if (!fields.has("time")) fields.refuse("time", undefined, "time is missing", "a time of day such as 09:00");
  fields.text("time", "a time of day such as 09:00", parseTime);
  fields.text("leapDay", '"feb-28" or "mar-1"', (text) => text === "feb-28" || text === "mar-1");
  outer.attempt(() => {
    try {
      fields.finish();
    } catch (error) {
      throw error instanceof ScheduleError ? under("yearly", error) : error;
    }
  });
}

function under(name: string, error: ScheduleError): ScheduleError {
  return new ScheduleError(
    error.code,
    error.issues.map((issue) => ({ ...issue, path: [name, ...issue.path] })),
  );
}
