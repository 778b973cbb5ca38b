import { type EventTime, LONGEST_EVENT_MS, spanOf } from "../domain/calendar-event.ts";
import type { InputIssue } from "../domain/errors.ts";
import { DAY_MS, LAST_INSTANT } from "../time/calendar.ts";
import { placeInZone } from "../time/placement.ts";
import {
  formatInstant,
  parseDate,
  parseInstant,
  parseWallClock,
  resolveTimeZone,
  ScheduleError,
  zoneNamed,
} from "../time/schedule.ts";
import { formatDate } from "../time/wall-clock.ts";
import type { CalendarEventContent } from "./calendar-engine.ts";

/** What times are read against. */
export interface EventTimeContext {
  /** Where the owner is. */
  timeZone: string;
  /** What ends before is over for good, and is not kept. */
  keptFromMs: number;
}

const TIME_ALLOWED =
  "an instant such as 2026-12-01T09:00:00Z, a wall clock such as 2026-12-01T09:00, or a date such as 2026-12-01";
const LAST_DAY = 9998;

/**
 * Reads when an event takes place; null if that is wrong.
 *
 * @param issues receives what is wrong
 */
export function readEventTimes(
  content: Pick<CalendarEventContent, "start" | "end" | "timeZone">,
  { timeZone, keptFromMs }: EventTimeContext,
  issues: InputIssue[],
): EventTime | null {
  const zone = readZone(content, timeZone, issues);
  const start = readTime("start", content.start, { zone, issues });
  const end = content.end == null ? null : readTime("end", content.end, { zone, issues });
  if (issues.length > 0 || !start) return null;
  const when = end ? between(start, end, { content, issues }) : alone(start);
  if (when) requireKept(when, { content, keptFromMs, zone, issues });
  return issues.length > 0 ? null : when;
}

/** A date, or the instant that a time stands for. */
type GivenTime = { kind: "date"; day: number } | { kind: "time"; ms: number };

function readZone(
  { start, end, timeZone }: Pick<CalendarEventContent, "start" | "end" | "timeZone">,
  owners: string,
  issues: InputIssue[],
): string {
  if (timeZone === undefined) return owners;
  const path = ["timeZone"];
  if (parseWallClock(start) === null && parseWallClock(end ?? "") === null) {
    const message = "goes with wall clocks alone: instants have their offset, and dates are the owner's";
    issues.push({ path, value: timeZone, message, allowed: "nothing here" });
  }
  try {
    return resolveTimeZone(timeZone, path);
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    issues.push(...error.issues);
    return owners;
  }
}

function readTime(
  field: string,
  text: string,
  { zone, issues }: { zone: string; issues: InputIssue[] },
): GivenTime | null {
  const day = parseDate(text);
  const wallMs = parseWallClock(text);
  const ms = wallMs === null ? parseInstant(text) : placeInZone(zoneNamed(zone), wallMs).instantMs;
  const time: GivenTime | null =
    day !== null ? { kind: "date", day } : ms !== null ? { kind: "time", ms } : null;
  const isFar = /^9999/.test(text) || (ms !== null && ms > LAST_INSTANT - 366 * DAY_MS);
  if (time && !isFar) return time;
  const message = time ? `is after the year ${LAST_DAY}` : "is no time";
  issues.push({ path: [field], value: text, message, allowed: TIME_ALLOWED });
  return null;
}

interface Told {
  content: Pick<CalendarEventContent, "start" | "end">;
  issues: InputIssue[];
}

function between(start: GivenTime, end: GivenTime, { content, issues }: Told): EventTime | null {
  const refuse = (message: string, allowed: string): null => {
    issues.push({ path: ["end"], value: content.end, message, allowed });
    return null;
  };
  if (start.kind !== end.kind)
    return refuse(
      "and start are not both dates, or both times",
      "a date beside a date, a time beside a time",
    );
  const when = whenOf(start, end);
  const { startMs, endMs } = spanOf(when, "UTC");
  if (endMs <= startMs) {
    const unit =
      start.kind === "date" ? "day: an end is the first day after" : "time; left out, it takes none";
    return refuse("is not after start", `a later ${unit}`);
  }
  if (endMs - startMs <= LONGEST_EVENT_MS) return when;
  return refuse("is too far from start", `an end at most ${LONGEST_EVENT_MS / DAY_MS} days behind start`);
}

function alone(start: GivenTime): EventTime {
  const end: GivenTime = start.kind === "date" ? { kind: "date", day: start.day + 1 } : start;
  return whenOf(start, end);
}

function whenOf(start: GivenTime, end: GivenTime): EventTime {
  if (start.kind === "date" && end.kind === "date")
    return { kind: "days", startDate: formatDate(start.day), endDate: formatDate(end.day) };
  return { kind: "timed", startMs: msOf(start), endMs: msOf(end) };
}

function msOf(time: GivenTime): number {
  return time.kind === "date" ? time.day * DAY_MS : time.ms;
}

function requireKept(
  when: EventTime,
  { content, keptFromMs, zone, issues }: Told & { keptFromMs: number; zone: string },
): void {
  if (spanOf(when, zone).endMs >= keptFromMs) return;
  const field = content.end == null ? "start" : "end";
  const message = "is over for so long that it would not be kept";
  const allowed = `a time from ${formatInstant(Math.ceil(keptFromMs))} on`;
  issues.push({ path: [field], value: content[field], message, allowed });
}

/** When an event takes place, as a request would say it. */
export function writtenTimes(when: EventTime): { start: string; end: string | null } {
  if (when.kind === "days") return { start: when.startDate, end: when.endDate };
  const { startMs, endMs } = when;
  return { start: formatInstant(startMs), end: endMs === startMs ? null : formatInstant(endMs) };
}
