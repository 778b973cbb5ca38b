import type { CalendarEvent } from "../domain/calendar-event.ts";
import type { CalendarFeed } from "../domain/calendar-feed.ts";
import type { Receipt } from "./access.ts";
import type { Page, PageRequest, StaleRevision } from "./store.ts";

/** An event as it shall be. */
export interface CalendarEventWrite {
  event: CalendarEvent;
  /** The revision that it was made from; null: there must be none. */
  fromRevision: number | null;
}

/**
 * Why nothing of a batch was written. `conflict`: it has another revision by now; `taken`: another event of its
 * owner has its uid; `orphan`: there is no such owner.
 */
export interface CalendarEventRefusal {
  index: number;
  reason: "conflict" | "taken" | "orphan";
}

/** Whose events are asked for, and of when: those that take place at some moment of it. */
export interface CalendarRange {
  /** Absent: everybody's. */
  recipientId?: string;
  /** Whole days count as those of UTC. */
  fromMs: number;
  /** Exclusive. */
  toMs: number;
}

export interface CalendarEventRemoval {
  tenantId: string;
  id: string;
  ifRevision?: readonly number[];
}

export interface CalendarFeedRemoval {
  tenantId: string;
  recipientId: string;
  /** Absent: all of them. */
  id?: string;
}

/** What stands in recipients' calendars; it goes with its owner, in the same commit. */
export interface CalendarStore {
  /** Stores all, with the receipt, or nothing: then it resolves with the reasons. */
  writeCalendarEvents(
    batch: readonly CalendarEventWrite[],
    receipt?: Receipt,
  ): Promise<CalendarEventRefusal[]>;
  findCalendarEvent(tenantId: string, id: string): Promise<CalendarEvent | null>;
  /** Those that there are. */
  findCalendarEventsByUid(
    tenantId: string,
    keys: readonly { recipientId: string; uid: string }[],
  ): Promise<CalendarEvent[]>;
  /** Those that begin sooner before the others. */
  listCalendarEvents(request: PageRequest & CalendarRange): Promise<Page<CalendarEvent>>;
  /** False if there was none. */
  deleteCalendarEvent(removal: CalendarEventRemoval): Promise<boolean | StaleRevision>;
  /** `full`: its owner has as many as there may be; `orphan`: there is no such owner. */
  createCalendarFeed(feed: CalendarFeed, receipt?: Receipt): Promise<"created" | "full" | "orphan">;
  findCalendarFeed(tokenHash: string): Promise<CalendarFeed | null>;
  /** Oldest first. */
  listCalendarFeeds(tenantId: string, recipientId: string): Promise<CalendarFeed[]>;
  /** Resolves with how many there were. */
  deleteCalendarFeeds(removal: CalendarFeedRemoval): Promise<number>;
}
