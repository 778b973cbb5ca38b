import { type CalendarEvent, spanOf, ZONES_FROM_UTC_MS } from "../domain/calendar-event.ts";
import type { JsonObject } from "../domain/content.ts";
import type { Claim } from "../store/store.ts";
import { DAY_MS, dayOfWall } from "../time/calendar.ts";
import { durationWords, formatInstant, formatWallClock, zoneNamed } from "../time/schedule.ts";
import { formatDate } from "../time/wall-clock.ts";
import { zoneOf } from "./content-values.ts";
import type { EngineDeps } from "./ports.ts";

/** The calendar events that a digest tells of; `nothing`: it has none to tell of, and is not sent. */
export type Digest = { kind: "events"; events: readonly JsonObject[] } | { kind: "nothing"; reason: string };

/** So many events are more than anybody reads of. */
const MOST_EVENTS = 500;

/**
 * What a claim tells of its recipient's calendar: their events that begin within the campaign's
 * `eventsWithinMs`, from the instant that it is due on, whenever it is sent. Whole days count from the day
 * itself on: it began at midnight, and is still to be told of in the morning.
 */
export async function digestOf({ store }: Pick<EngineDeps, "store">, claim: Claim): Promise<Digest> {
  const { delivery, reminder, recipient, campaign } = claim;
  const withinMs = campaign?.spec.eventsWithinMs;
  if (withinMs === undefined) return { kind: "events", events: [] };
  const { dueMs } = delivery.occurrence;
  const timeZone = zoneOf(reminder, recipient);
  const { items } = await store.listCalendarEvents({
    tenantId: delivery.tenantId,
    recipientId: recipient?.id ?? "",
    // A whole day may have begun a day before, and be kept as that of UTC.
    fromMs: dueMs - DAY_MS - ZONES_FROM_UTC_MS,
    toMs: dueMs + withinMs + ZONES_FROM_UTC_MS,
    limit: MOST_EVENTS,
    after: undefined,
  });
  const events = items
    .map((event) => told(event, timeZone))
    .filter((one) => begins(one, { dueMs, withinMs, timeZone }))
    .sort((a, b) => a.startMs - b.startMs);
  if (events.length > 0) return { kind: "events", events: events.map(({ values }) => values) };
  const from = `within ${durationWords(withinMs)} of ${formatInstant(dueMs)}`;
  return { kind: "nothing", reason: `there is nothing to tell of: no calendar event begins ${from}` };
}

/** An event as its owner sees it. */
interface Told {
  startMs: number;
  isAllDay: boolean;
  values: JsonObject;
}

function begins(
  { startMs, isAllDay }: Told,
  { dueMs, withinMs, timeZone }: { dueMs: number; withinMs: number; timeZone: string },
): boolean {
  const zone = zoneNamed(timeZone);
  const isEarly = isAllDay
    ? dayOfWall(zone.wallAt(startMs)) < dayOfWall(zone.wallAt(dueMs))
    : startMs < dueMs;
  return !isEarly && startMs < dueMs + withinMs;
}

function told({ id, uid, title, description, when }: CalendarEvent, timeZone: string): Told {
  const { startMs, endMs } = spanOf(when, timeZone);
  const zone = zoneNamed(timeZone);
  const startWall = zone.wallAt(startMs);
  const date = formatDate(dayOfWall(startWall));
  const local = (ms: number): string => formatWallClock(zone.wallAt(ms));
  const isAllDay = when.kind === "days";
  const values = {
    id,
    uid,
    title,
    description,
    start: isAllDay ? when.startDate : formatInstant(startMs),
    end: isAllDay ? when.endDate : formatInstant(endMs),
    localStart: local(startMs),
    localEnd: local(endMs),
    date,
    time: isAllDay ? null : local(startMs).slice(11, 16),
    dayMonthYear: date.split("-").reverse().join("/"),
    allDay: isAllDay,
  };
  return { startMs, isAllDay, values };
}
