import { type Component, readComponents } from "./components.ts";
import { type Refusal, readVEvent, type VEvent } from "./read-event.ts";
import { type Horizon, isRecurring, isWanted, recurrenceOf } from "./recurrence.ts";
import { zonesOf } from "./zones.ts";

/** An event of a file, as Belfry takes events. */
export interface ReadEvent {
  /** For one of a series: the series' UID, a slash, and when it was to begin. */
  uid: string;
  title: string;
  description?: string;
  /** A date, a wall clock of wherever its owner is, or an instant. */
  start: string;
  /** Absent: it takes no time. */
  end?: string;
}

/** What became of a VEVENT; one that recurs gives an event for each time. */
export type CalendarEntry =
  | { kind: "event"; line: number; uid: string; event: ReadEvent; isOfSeries: boolean }
  | { kind: "refused"; refusal: Refusal }
  | { kind: "skipped"; line: number; uid: string; reason: "it is cancelled" | "it is over" };

/**
 * Reads the events of an iCalendar file (RFC 5545). Of one that recurs it gives the occurrences inside the
 * horizon; one that does not is given whenever it is to come. Everything that is wrong is told with its line, and
 * never spoils the others. Other components (VTODO, VJOURNAL, VALARM) are left alone.
 */
export function readCalendarFile(bytes: Uint8Array, horizon: Horizon): CalendarEntry[] {
  const { components, faults } = readComponents(bytes);
  const calendars = components.filter(({ name }) => name === "VCALENDAR");
  if (calendars.length === 0) return [refused(NO_CALENDAR)];
  const outside = [...faults, ...calendars.flatMap((calendar) => calendar.faults)];
  return [
    ...outside.map(({ line, message }) => refused({ ...NO_CALENDAR, line, message })),
    ...calendars.flatMap((calendar) => entriesOf(calendar, horizon)),
  ];
}

const NO_CALENDAR: Refusal = {
  line: 1,
  uid: null,
  field: "VCALENDAR",
  value: undefined,
  message: "is not there",
  allowed: "a file of iCalendar (RFC 5545): BEGIN:VCALENDAR, its events, END:VCALENDAR",
};

function entriesOf(calendar: Component, horizon: Horizon): CalendarEntry[] {
  const zones = zonesOf(calendar);
  const events: VEvent[] = [];
  const refusals: CalendarEntry[] = [];
  for (const component of calendar.components.filter(({ name }) => name === "VEVENT")) {
    const read = readVEvent(component, zones);
    if (read.ok) events.push(read.event);
    else refusals.push(refused(read.refusal));
  }
  const series = seriesOf(events);
  return [...refusals, ...events.flatMap((event) => entriesOfEvent(event, { series, horizon }))];
}

/** Each series: the event that tells its rule, and what replaces single ones of it. */
interface Series {
  master: VEvent | null;
  replacements: VEvent[];
}

function seriesOf(events: readonly VEvent[]): ReadonlyMap<string, Series> {
  const all = new Map<string, Series>();
  for (const event of events) {
    const series = all.get(event.uid) ?? { master: null, replacements: [] };
    if (event.replaces !== null) series.replacements.push(event);
    else series.master ??= event;
    all.set(event.uid, series);
  }
  return all;
}

interface World {
  series: ReadonlyMap<string, Series>;
  horizon: Horizon;
}

function entriesOfEvent(event: VEvent, { series, horizon }: World): CalendarEntry[] {
  const { line, uid, replaces, startMs } = event;
  const own = series.get(uid) ?? { master: null, replacements: [] };
  if (replaces === null && own.master !== event && own.master) return [repeated(event, own.master)];
  if (event.isCancelled) return [{ kind: "skipped", line, uid, reason: "it is cancelled" }];
  if (replaces === null && isRecurring(event)) return occurrencesOf(event, own, horizon);
  if (!isWanted(event, startMs, { ...horizon, toMs: Number.POSITIVE_INFINITY }))
    return [{ kind: "skipped", line, uid, reason: "it is over" }];
  if (replaces === null) return [entryAt(event, startMs, uid)];
  return [{ ...entryAt(event, startMs, nameIn(event, own.master ?? event)), isOfSeries: true }];
}

function occurrencesOf(event: VEvent, { replacements }: Series, horizon: Horizon): CalendarEntry[] {
  const { line, uid, rule } = event;
  const recurrence = recurrenceOf(event, horizon);
  if (!recurrence.ok) {
    const { message, allowed } = recurrence;
    return [refused({ line: rule?.line ?? line, uid, field: "RRULE", value: rule?.value, message, allowed })];
  }
  const replaced = new Set(replacements.map((replacement) => nameIn(replacement, event)));
  const walls = recurrence.walls.filter((wallMs) => !replaced.has(nameAt(event, wallMs)));
  if (walls.length === 0 && replaced.size === 0)
    return [{ kind: "skipped", line, uid, reason: "it is over" }];
  return walls.map((wallMs) => ({ ...entryAt(event, wallMs, nameAt(event, wallMs)), isOfSeries: true }));
}

function entryAt(
  { line, uid, title, description, clock, length }: VEvent,
  wallMs: number,
  name: string,
): Extract<CalendarEntry, { kind: "event" }> {
  const end = clock.formatEnd(wallMs, length);
  const event: ReadEvent = {
    uid: name,
    title,
    ...(description === null ? {} : { description }),
    start: clock.format(wallMs),
    ...(end === undefined ? {} : { end }),
  };
  return { kind: "event", line, uid, event, isOfSeries: false };
}

function nameAt({ uid, clock }: VEvent, wallMs: number): string {
  return `${uid}/${clock.format(wallMs)}`;
}

/** One that replaces another goes by the time of that one, whatever its own is. */
function nameIn({ replaces, uid }: VEvent, master: VEvent): string {
  const wallMs = replaces && master.clock.wallOf(replaces);
  return wallMs === null ? uid : nameAt(master, wallMs);
}

function repeated({ line, uid }: VEvent, { line: first }: VEvent): CalendarEntry {
  const message = `is that of the event in line ${first}, too`;
  return refused({
    line,
    uid,
    field: "UID",
    value: uid,
    message,
    allowed: "each UID once, but for RECURRENCE-ID",
  });
}

function refused(refusal: Refusal): CalendarEntry {
  return { kind: "refused", refusal };
}
