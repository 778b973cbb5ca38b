import { type CalendarEvent, LONGEST_EVENT_MS, storedSpanOf } from "../domain/calendar-event.ts";
import type { CalendarRange } from "./calendar-store.ts";
import { decodeCursor } from "./cursor.ts";
import { pageOf } from "./page.ts";
import type { Page, PageRequest } from "./store.ts";

/** The furthest from 1970 that a Date goes. */
const FARTHEST_MS = 8.64e15;

/** Where in the order of their beginnings the events of a page are. */
export interface CalendarWalk {
  /** Begin here or later: what begins still earlier is over before the range. */
  startsFromMs: number;
  /** After this place. */
  afterMs: number;
  afterId: string;
}

/** @throws InvalidInputError if the cursor is none of this list */
export function calendarWalk({ after, fromMs }: PageRequest & CalendarRange): CalendarWalk {
  const startsFromMs = Math.floor(fromMs) - LONGEST_EVENT_MS;
  if (after === undefined) return { startsFromMs, afterMs: startsFromMs - 1, afterId: "" };
  const [afterMs, afterId] = decodeCursor("calendar", after, ["number", "string"]);
  // Anybody may have made it: no place is further away than instants go, and none is between two ms.
  const placeMs = Math.min(Math.max(Math.floor(Number(afterMs)), -FARTHEST_MS), FARTHEST_MS);
  return { startsFromMs, afterMs: placeMs, afterId: String(afterId).replaceAll("\u0000", "") };
}

/** A page of events, made of its rows and one more if there are more. */
export function calendarPage<Row>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => CalendarEvent,
): Page<CalendarEvent> {
  return pageOf(rows, {
    list: "calendar",
    limit,
    toItem,
    placeOf: ({ when, id }) => [storedSpanOf(when).startMs, id],
  });
}
