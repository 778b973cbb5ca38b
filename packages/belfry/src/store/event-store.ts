import type { BelfryEvent, EventType } from "../domain/event.ts";

export interface EventRequest {
  tenantId: string;
  /** The id of the last event that is known; `start`: from the oldest that is kept; `now`: none that is past. */
  after: string;
  limit: number;
  /** Only these; undefined: all. */
  types: readonly EventType[] | undefined;
  reminderId: string | undefined;
}

export interface EventPage {
  items: BelfryEvent[];
  /** Where to go on: given as `after`, the answer follows this page. Never undefined: the log has no end. */
  lastId: string;
  /** Whether there may be more at once. */
  isMore: boolean;
  /** Whether some that follow `after` are no longer kept. */
  hasGap: boolean;
}

/** The log of what was committed, for those who follow it. */
export interface EventStore {
  /** Oldest first. Rejects with InvalidInputError if `after` is no id of this log. */
  listEvents(request: EventRequest): Promise<EventPage>;
  /** Calls back soon after events have been committed, at most once a turn; returns a function that ends it. */
  watchEvents(wake: () => void): () => void;
}
