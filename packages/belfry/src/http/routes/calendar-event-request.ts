import type { CalendarEventRequest } from "../../engine/calendar-engine.ts";
import { parseInput } from "../input.ts";
import { calendarEventRequestSchema } from "../schemas/calendar-event.ts";
import { requireStorable } from "../storable-json.ts";

const WHAT = "the calendar event";

/**
 * Reads what an event is to be.
 *
 * @throws InvalidInputError
 */
export function readCalendarEvent(input: unknown): CalendarEventRequest {
  const request = parseInput(calendarEventRequestSchema, input, WHAT);
  requireStorable(input, WHAT);
  return withoutUndefined(request);
}

/** The same without the fields that were left out. */
export function withoutUndefined<Fields extends object>(fields: Fields): Given<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Given<Fields>;
}

type Given<Fields> = { [Name in keyof Fields]: Exclude<Fields[Name], undefined> };
