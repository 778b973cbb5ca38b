import { fullNameOf } from "../../domain/recipient.ts";
import type { ReadCalendar } from "../../engine/calendar-engine.ts";
import { writeCalendar } from "../../ical/calendar-writer.ts";

/** How often a calendar program is asked to read it again. */
const REFRESH_AFTER = "PT1H";

/** A recipient's calendar as iCalendar (RFC 5545). */
export function calendarText({ recipient, entries }: ReadCalendar): string {
  const name = fullNameOf(recipient) ?? recipient.externalId ?? recipient.id;
  return writeCalendar({
    product: "-//Belfry//Belfry//EN",
    name: `Belfry: ${name}`,
    refreshAfter: REFRESH_AFTER,
    entries,
  });
}
