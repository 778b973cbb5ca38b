import { InvalidInputError } from "../../domain/errors.ts";
import type { BelfryEvent, EventType } from "../../domain/event.ts";
import type { EventPage, EventRequest } from "../store.ts";
import type { Database, Row } from "./database.ts";
import type { StoredEvent } from "./ledger.ts";
import { integer, json } from "./rows.ts";
import { statement } from "./statement.ts";

/** Rows of the ledger that are read for one page: each holds the events of a whole transaction. */
const MOST_ROWS = 50;
/** Behind every event of a transaction. */
const LAST_INDEX = 2 ** 31 - 1;
/** How often it is looked for what other processes have committed, while somebody follows. */
const LOOK_EVERY_MS = 250;

const PAGE = statement(
  "list_events",
  `SELECT position, events FROM ledger WHERE tenant_id = $1 AND position >= $2 AND events IS NOT NULL
     AND position < (SELECT visible_before()) ORDER BY position LIMIT $3`,
);
const PURGED = statement(
  "events_purged",
  "SELECT position, last_index FROM events_purged WHERE tenant_id = $1",
);
const VISIBLE = statement("visible_before", "SELECT visible_before() AS position");
const NEWEST = statement(
  "newest_events",
  "SELECT max(position) AS position FROM ledger WHERE position > $1 AND events IS NOT NULL AND position < (SELECT visible_before())",
);

/** A place in the log: the transaction, and the event in it. */
interface Place {
  position: number;
  index: number;
}

/** Reads the log. An event's id is its transaction and its index there: `1234-0`. */
export function createEventReads(database: Database) {
  return async ({ tenantId, after, limit, types, reminderId }: EventRequest): Promise<EventPage> => {
    const from = await readPlace(database, after);
    const rows = await database.run(PAGE, [tenantId, from.position, Math.min(limit, MOST_ROWS)]);
    const [purged] = await database.run(PURGED, [tenantId]);
    const following = rows
      .flatMap((row) => eventsOf(tenantId, row))
      .filter(({ place }) => isAfter(place, from));
    const page = following.slice(0, limit);
    const last = page.at(-1);
    const wanted = new Set(types);
    const items = page
      .map(({ event }) => event)
      .filter(
        (event) =>
          (types === undefined || wanted.has(event.type)) &&
          (reminderId === undefined || event.reminderId === reminderId),
      );
    const gone = purged && { position: integer(purged, "position"), index: integer(purged, "last_index") };
    return {
      items,
      lastId: idOf(last?.place ?? from),
      isMore: following.length > limit || rows.length === Math.min(limit, MOST_ROWS),
      hasGap: after !== "start" && gone !== undefined && isAfter(gone, from),
    };
  };
}

function eventsOf(tenantId: string, row: Row): { place: Place; event: BelfryEvent }[] {
  const position = integer(row, "position");
  return json<StoredEvent[]>(row, "events").map(([type, atMs, reminder, delivery, reason], index) => {
    const place = { position, index };
    const subject = { reminderId: reminder, deliveryId: delivery, reason: reason ?? null };
    return { place, event: { id: idOf(place), tenantId, type: type as EventType, atMs, ...subject } };
  });
}

function idOf({ position, index }: Place): string {
  return `${position}-${index}`;
}

function isAfter(place: Place, other: Place): boolean {
  return place.position > other.position || (place.position === other.position && place.index > other.index);
}

async function readPlace(database: Database, after: string): Promise<Place> {
  if (after === "start") return { position: 0, index: -1 };
  if (after === "now") {
    const [row] = await database.run(VISIBLE);
    return { position: (row ? integer(row, "position") : 1) - 1, index: LAST_INDEX };
  }
  // The ids of a log on SQLite are positions of this one, once it was moved here: each in a transaction of its own.
  const found = /^(\d{1,16})(?:-(\d{1,10}))?$/.exec(after);
  const place = { position: Number(found?.[1]), index: Number(found?.[2] ?? 0) };
  if (found && Number.isSafeInteger(place.position)) return place;
  throw new InvalidInputError("Cannot read the events: the id to go on from is not one of this log", [
    { path: ["after"], value: after, message: "is not the id of an event", allowed: "the id of an event" },
  ]);
}

/** Who follows the log in this process: woken at once by its own commits, and soon after those of others. */
export class EventWatch {
  readonly #database: Database;
  readonly #watchers = new Set<() => void>();
  #timer: NodeJS.Timeout | null = null;
  #seen = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Calls back after events were committed; returns a function that ends it. */
  watch(wake: () => void): () => void {
    this.#watchers.add(wake);
    this.#lookLater();
    return () => {
      this.#watchers.delete(wake);
      if (this.#watchers.size === 0) this.close();
    };
  }

  /** This process has committed events. */
  wake(): void {
    for (const wake of this.#watchers) wake();
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #lookLater(): void {
    this.#timer ??= setTimeout(() => void this.#look(), LOOK_EVERY_MS);
  }

  async #look(): Promise<void> {
    const newest = await this.#newest();
    if (newest !== null && newest > this.#seen) {
      this.#seen = newest;
      this.wake();
    }
    if (this.#timer === null || this.#watchers.size === 0) return;
    this.#timer = null;
    this.#lookLater();
  }

  /** Null if there is nothing new, or the database does not answer: who follows it finds out by itself. */
  async #newest(): Promise<number | null> {
    try {
      const [row] = await this.#database.run(NEWEST, [this.#seen]);
      return row?.position === null || row === undefined ? null : integer(row, "position");
    } catch {
      return null;
    }
  }
}
