import { type CalendarEntry, readCalendarFile } from "../../ical/read-calendar.ts";
import type { FileEntry } from "./file-entry.ts";

/** So far ahead occurrences of what recurs are made: a year. */
export const HORIZON_MS = 366 * 86_400_000;

export interface IcsOptions {
  owner: string;
  nowMs: number;
}

/** The events of an iCalendar file. */
export function eventsInIcs(bytes: Uint8Array, { owner, nowMs }: IcsOptions): FileEntry[] {
  const horizon = { fromMs: nowMs, toMs: nowMs + HORIZON_MS };
  return readCalendarFile(bytes, horizon).map((entry) => fileEntry(entry, owner));
}

function fileEntry(entry: CalendarEntry, owner: string): FileEntry {
  if (entry.kind === "skipped") return entry;
  if (entry.kind === "event") {
    const { line, event, isOfSeries } = entry;
    return { kind: "event", line, event: { owner, ...event }, isOfSeries };
  }
  const { line, uid, field, value, message, allowed } = entry.refusal;
  const error = { path: `/${field}`, field, ...(value === undefined ? {} : { value }), message, allowed };
  return { kind: "fault", line, uid, fault: { detail: "Cannot take the event", errors: [error] } };
}
