import { DAY_MS } from "../time/calendar.ts";
import { dayOfFields, timeOfFields } from "../time/wall-clock.ts";
import type { ContentLine } from "./content-lines.ts";

/** A value of the type DATE or DATE-TIME (RFC 5545, 3.3.4 and 3.3.5), as wall milliseconds. */
export type TimeValue =
  | { kind: "date"; wallMs: number }
  | { kind: "utc"; wallMs: number }
  /** In the zone that its TZID names; null: wherever its reader is. */
  | { kind: "wall"; wallMs: number; tzid: string | null };

const FORM = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?$/i;

/** What a property of times holds; null if that is none. */
export function readTimeValue({ params, value }: Pick<ContentLine, "params" | "value">): TimeValue | null {
  const [, year, month, date, hour, minute, second, utc] = FORM.exec(value.trim()) ?? [];
  const day = dayOfFields(year, month, date);
  const isDate = params.get("VALUE")?.[0]?.toUpperCase() === "DATE";
  if (day === null || (isDate && hour !== undefined)) return null;
  if (hour === undefined) return { kind: "date", wallMs: day * DAY_MS };
  // A leap second, which clocks of computers do not show.
  const timeMs = timeOfFields(hour, minute, second === "60" ? "59" : second);
  if (timeMs === null) return null;
  const wallMs = day * DAY_MS + timeMs;
  return utc ? { kind: "utc", wallMs } : { kind: "wall", wallMs, tzid: params.get("TZID")?.[0] ?? null };
}

/** Every value of a property that holds several, joined by commas; null if one is none. */
export function readTimeValues({ params, value }: ContentLine): TimeValue[] | null {
  const values = value.split(",").map((one) => readTimeValue({ params, value: one }));
  return values.includes(null) ? null : (values as TimeValue[]);
}

/** `20261201` or `20261201T090000`: wall milliseconds as iCalendar writes them. */
export function formatDateValue(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10).replaceAll("-", "");
}

export function formatDateTimeValue(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
}

/** A length of time: whole days of the calendar, and what is exact. */
export interface LengthValue {
  days: number;
  ms: number;
}

const LENGTH = /^\+?P(?:(\d{1,5})W|(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?)$/i;

/** What a DURATION holds (RFC 5545, 3.3.6); null if that is none, or less than nothing. */
export function readLengthValue(value: string): LengthValue | null {
  const text = value.trim();
  const match = LENGTH.exec(text);
  if (!match || /[PT]$/i.test(text)) return null;
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return {
    days: (weeks ?? 0) * 7 + (days ?? 0),
    ms: (((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000,
  };
}
