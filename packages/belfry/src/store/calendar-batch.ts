import type { CalendarEvent } from "../domain/calendar-event.ts";
import type { CalendarEventRefusal, CalendarEventWrite } from "./calendar-store.ts";

/** What a store has that a batch is judged by. */
export interface StandingEvents {
  /** The revision of an event; null: there is none. */
  revisionOf(event: CalendarEvent): number | null;
  /** The id of the event that has its owner and uid; undefined: none. */
  holderOf(event: CalendarEvent & { uid: string }): string | undefined;
  hasOwner(event: CalendarEvent): boolean;
}

/** What keeps a batch from being written. */
export function refusalsOf(
  batch: readonly CalendarEventWrite[],
  standing: StandingEvents,
): CalendarEventRefusal[] {
  const seen = new Set<string>();
  return batch.flatMap((write, index): CalendarEventRefusal[] => {
    const reason = reasonOf(write, standing, seen);
    return reason === null ? [] : [{ index, reason }];
  });
}

/** @param seen what the batch has named so far: a second write of one event would not know of the first */
function reasonOf(
  { event, fromRevision }: CalendarEventWrite,
  standing: StandingEvents,
  seen: Set<string>,
): CalendarEventRefusal["reason"] | null {
  if (!standing.hasOwner(event)) return "orphan";
  const id = `id ${event.tenantId} ${event.id}`;
  if (seen.has(id) || standing.revisionOf(event) !== fromRevision) return "conflict";
  seen.add(id);
  if (event.uid === null) return null;
  const holder = standing.holderOf({ ...event, uid: event.uid });
  const name = `uid ${event.tenantId} ${event.recipientId} ${event.uid}`;
  if (seen.has(name) || (holder !== undefined && holder !== event.id)) return "taken";
  seen.add(name);
  return null;
}
