import { DAY_MS, HOUR_MS } from "../time/calendar.ts";
import { placeInZone } from "../time/placement.ts";
import { parseDate, zoneNamed } from "../time/schedule.ts";

/** What stands in a recipient's calendar. */
export interface CalendarEvent extends CalendarEventSpec {
  tenantId: string;
  id: string;
  /** Whose it is. */
  recipientId: string;
  /** Its name where it comes from, such as the UID of iCalendar; one of each in a calendar. Null: it has none. */
  uid: string | null;
  /** What has been changed so far, counted from 1. */
  revision: number;
  createdAtMs: number;
  updatedAtMs: number;
}

/** What is said of an event. */
export interface CalendarEventSpec {
  title: string;
  description: string | null;
  when: EventTime;
}

/**
 * When an event takes place: between two instants, or on whole days, which are those of wherever its owner is.
 * An end is the first moment, or day, that is no part of it any more (RFC 5545, 3.6.1); one that ends as it
 * begins is a moment.
 */
export type EventTime =
  | { kind: "timed"; startMs: number; endMs: number }
  | { kind: "days"; startDate: string; endDate: string };

/** How long an event may be: what begins longer ago than this is over. */
export const LONGEST_EVENT_MS = 366 * DAY_MS;

/** No zone is further ahead of UTC than 14 hours, nor further behind. */
export const ZONES_FROM_UTC_MS = 14 * HOUR_MS;

export interface Span {
  startMs: number;
  endMs: number;
}

/** From when to when an event takes place for an owner in a zone. */
export function spanOf(when: EventTime, timeZone: string): Span {
  if (when.kind === "timed") return { startMs: when.startMs, endMs: when.endMs };
  const zone = zoneNamed(timeZone);
  const midnight = (date: string): number => placeInZone(zone, wallOfDate(date)).instantMs;
  return { startMs: midnight(when.startDate), endMs: midnight(when.endDate) };
}

/** The same as a store may keep it: whole days are those of UTC, at most {@link ZONES_FROM_UTC_MS} off. */
export function storedSpanOf(when: EventTime): Span {
  return spanOf(when, "UTC");
}

/** Whether an event takes place at some moment from `fromMs` on and before `toMs`. */
export function isWithin({ startMs, endMs }: Span, fromMs: number, toMs: number): boolean {
  return startMs < toMs && (endMs > fromMs || startMs >= fromMs);
}

/** Wall milliseconds of the beginning of a date. */
function wallOfDate(date: string): number {
  const day = parseDate(date);
  if (day === null) throw new RangeError(`Cannot place "${date}": it is not a date`);
  return day * DAY_MS;
}
