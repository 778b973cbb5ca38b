import type { CalendarEvent } from "../../domain/calendar-event.ts";
import { formatInstant } from "../../time/instant.ts";
import type { CalendarEventResource } from "../schemas/calendar-event.ts";

/** A calendar event as the API shows it. */
export function calendarEventResource(event: CalendarEvent): CalendarEventResource {
  const { id, recipientId: owner, uid, title, description, when, revision } = event;
  const times =
    when.kind === "days"
      ? { allDay: true, start: when.startDate, end: when.endDate }
      : { allDay: false, start: formatInstant(when.startMs), end: formatInstant(when.endMs) };
  const [createdAt, updatedAt] = [formatInstant(event.createdAtMs), formatInstant(event.updatedAtMs)];
  return { id, owner, uid, title, description, ...times, revision, createdAt, updatedAt };
}
