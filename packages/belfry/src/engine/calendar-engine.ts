import type { CalendarEvent } from "../domain/calendar-event.ts";
import type { CalendarFeed } from "../domain/calendar-feed.ts";
import type { InvalidInputError } from "../domain/errors.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { Receipt } from "../store/access.ts";
import type { Page, PageRequest, StaleRevision } from "../store/store.ts";
import type { FeedEntry } from "./calendar-feed-entries.ts";
import type { Tenant } from "./engine.ts";

/** What is said of an event. The shape has been checked; the meaning has not. */
export interface CalendarEventContent {
  title: string;
  description?: string | null;
  /** An instant, a wall clock, or a date: whole days. */
  start: string;
  /** The same, exclusive. Left out or null: a day for a date, else no time at all. */
  end?: string | null;
  /** Of wall clocks; default: the owner's. */
  timeZone?: string;
}

export interface CalendarEventRequest extends CalendarEventContent {
  /** The id of a recipient, or the sender's own. */
  owner: string;
  uid?: string | null;
}

/** Replaces what is given; null brings a default back. */
export type CalendarEventPatch = Partial<CalendarEventContent>;

export interface CalendarListRequest extends PageRequest {
  /** By their id, or the sender's own; absent: everybody's. */
  owner?: string;
  /** Default: all that there is. */
  fromMs?: number;
  toMs?: number;
}

export interface CalendarChangeOptions {
  /** Only if the event has one of these revisions. */
  ifRevision?: readonly number[];
}

export type CalendarEventChanged = CalendarEvent | StaleRevision | null;

/** What became of one of a batch. */
export type CalendarUpserted =
  | { kind: "created" | "changed" | "unchanged"; event: CalendarEvent }
  | { kind: "refused"; error: InvalidInputError };

/** A calendar as whoever has its address sees it. */
export interface ReadCalendar {
  recipient: Recipient;
  /** Soonest first. */
  entries: readonly FeedEntry[];
}

/**
 * Recipients' calendars. A change that others make at once, again and again: ConflictError
 * `calendar_event_changed`.
 */
export interface CalendarEngine {
  /** @throws InvalidInputError, ConflictError also `calendar_event_exists` */
  createCalendarEvent(
    tenant: Tenant,
    request: CalendarEventRequest,
    receiptOf?: (event: CalendarEvent) => Receipt,
  ): Promise<CalendarEvent>;
  /**
   * Makes those whose uid their owner has not, and replaces the others, in one commit with the receipt; a wrong
   * one never spoils the others. @throws ConflictError
   */
  upsertCalendarEvents(
    tenant: Tenant,
    requests: readonly CalendarEventRequest[],
    receiptOf?: (results: readonly CalendarUpserted[]) => Receipt,
  ): Promise<CalendarUpserted[]>;
  /** A page may have fewer than its limit, though more follow. @throws InvalidInputError */
  listCalendarEvents(tenant: Tenant, request: CalendarListRequest): Promise<Page<CalendarEvent>>;
  /** Owner and uid stay. Null if there is none. @throws InvalidInputError, ConflictError */
  replaceCalendarEvent(
    tenant: Tenant,
    id: string,
    content: CalendarEventContent,
    options?: CalendarChangeOptions,
  ): Promise<CalendarEventChanged>;
  /** Null if there is none. @throws InvalidInputError, ConflictError */
  patchCalendarEvent(
    tenant: Tenant,
    id: string,
    patch: CalendarEventPatch,
    options?: CalendarChangeOptions,
  ): Promise<CalendarEventChanged>;
  /**
   * Makes an address for a recipient's calendar; null if there is no such recipient.
   *
   * @param tokenHash of what makes the address unguessable
   * @throws ConflictError `too_many_calendar_addresses`
   */
  createCalendarFeed(
    tenant: Tenant,
    request: { owner: string; tokenHash: string },
    receiptOf?: (feed: CalendarFeed) => Receipt,
  ): Promise<CalendarFeed | null>;
  /** Oldest first; null if there is no such recipient. */
  listCalendarFeeds(tenantId: string, owner: string): Promise<CalendarFeed[] | null>;
  /** One of a recipient's addresses, or all; how many there were, null if there is no such recipient. */
  revokeCalendarFeeds(tenantId: string, owner: string, id?: string): Promise<number | null>;
  /** What the calendar at an address holds; null if there is no such address. */
  readCalendar(tokenHash: string): Promise<ReadCalendar | null>;
}
