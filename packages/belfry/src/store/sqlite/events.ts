import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { InvalidInputError } from "../../domain/errors.ts";
import type { BelfryEvent, EventType } from "../../domain/event.ts";
import type { NoteEvent } from "../move-sums.ts";
import type { EventPage, EventRequest } from "../store.ts";
import { createInsert } from "./insert.ts";
import { integer, integerOrNull, type Row, text, textOrNull } from "./rows.ts";

/** The log of what was committed. */
export interface EventLog {
  note: NoteEvent;
  list(request: EventRequest): EventPage;
  watch(wake: () => void): () => void;
  /** Writes what was noted; to be called before the commit. */
  write(): void;
  /** Forgets what was noted, as after a commit that failed. */
  clear(): void;
  /** Tells the watchers if there is something new; to be called after each commit. */
  wake(): void;
}

/** Places in each millisecond, so that the order of the log begins with the time. */
const PLACES = 1_000;

const COLUMNS = "tenant_id, seq, at, type, reminder_id, delivery_id, reason";

/** The place before everything that happened at or after an instant. */
export function placeOf(atMs: number): number {
  return Math.floor(atMs) * PLACES - 1;
}

export function createEventLog(db: DatabaseSync): EventLog {
  const insert = createInsert(db, "events", COLUMNS);
  const noted: SQLInputValue[][] = [];
  const watchers = new Set<() => void>();
  let lastSeq = newestSeq(db);
  let hasNew = false;
  return {
    note: ({ tenantId, atMs, type, reminderId, deliveryId, reason }) => {
      // A clock that was set back must not put the new before the old.
      lastSeq = Math.max(lastSeq + 1, placeOf(atMs) + 1);
      noted.push([tenantId, lastSeq, Math.floor(atMs), type, reminderId, deliveryId, reason]);
    },
    write: () => {
      insert(noted);
      hasNew ||= noted.length > 0;
      noted.length = 0;
    },
    clear: () => {
      noted.length = 0;
    },
    list: createList(db, () => lastSeq),
    watch: (wake) => {
      watchers.add(wake);
      return () => watchers.delete(wake);
    },
    wake: () => {
      if (!hasNew) return;
      hasNew = false;
      for (const wake of watchers) wake();
    },
  };
}

function newestSeq(db: DatabaseSync): number {
  // A step of the index for each tenant, however long its log is.
  const kept = db
    .prepare(
      `WITH RECURSIVE tenants (id) AS (
         SELECT min(tenant_id) FROM events
         UNION ALL
         SELECT (SELECT min(tenant_id) FROM events WHERE tenant_id > tenants.id) FROM tenants WHERE id IS NOT NULL)
       SELECT max((SELECT max(seq) FROM events WHERE tenant_id = tenants.id)) AS seq FROM tenants`,
    )
    .get() as Row;
  const purged = db.prepare("SELECT max(seq) AS seq FROM events_purged").get() as Row;
  return Math.max(integerOrNull(kept, "seq") ?? 0, integerOrNull(purged, "seq") ?? 0);
}

function createList(db: DatabaseSync, lastSeq: () => number): EventLog["list"] {
  const page = db.prepare("SELECT * FROM events WHERE tenant_id = ? AND seq > ? ORDER BY seq LIMIT ?");
  const purged = db.prepare("SELECT seq FROM events_purged WHERE tenant_id = ?");
  const findCame = createCameRead(db);
  return ({ tenantId, after, limit, types, reminderId }) => {
    const from = findCame(tenantId, after) ?? readPlace(after, lastSeq);
    // So many are read, whatever the filter leaves of them: a rare type must not make the read long.
    const rows = page.all(tenantId, from, limit) as Row[];
    const last = rows.at(-1);
    const gone = purged.get(tenantId) as Row | undefined;
    const events = rows.map(toEvent);
    const wanted = new Set(types);
    return {
      items: events.filter(
        (event) =>
          (types === undefined || wanted.has(event.type)) &&
          (reminderId === undefined || event.reminderId === reminderId),
      ),
      lastId: String(last === undefined ? from : integer(last, "seq")),
      isMore: rows.length === limit,
      hasGap: after !== "start" && gone !== undefined && integer(gone, "seq") > from,
    };
  };
}

/**
 * Where the log goes on after an id of the log on PostgreSQL that it was moved from, `1234-0`; null if it is
 * no such id. Behind the last event that came from there up to that place.
 */
function createCameRead(db: DatabaseSync): (tenantId: string, after: string) => number | null {
  const find = db.prepare(
    `SELECT seq FROM events WHERE tenant_id = ? AND came_position IS NOT NULL AND (came_position, came_idx) <= (?, ?)
     ORDER BY came_position DESC, came_idx DESC LIMIT 1`,
  );
  return (tenantId, after) => {
    const [, position, idx] = /^(\d{1,16})-(\d{1,10})$/.exec(after) ?? [];
    if (position === undefined || idx === undefined) return null;
    const row = find.get(tenantId, Number(position), Number(idx)) as Row | undefined;
    return row ? integer(row, "seq") : 0;
  };
}

function readPlace(after: string, lastSeq: () => number): number {
  if (after === "start") return 0;
  if (after === "now") return lastSeq();
  if (/^\d{1,16}$/.test(after) && Number.isSafeInteger(Number(after))) return Number(after);
  throw new InvalidInputError("Cannot read the events: the id to go on from is not one of this log", [
    { path: ["after"], value: after, message: "is not the id of an event", allowed: "the id of an event" },
  ]);
}

function toEvent(row: Row): BelfryEvent {
  return {
    id: String(integer(row, "seq")),
    tenantId: text(row, "tenant_id"),
    type: text(row, "type") as EventType,
    atMs: integer(row, "at"),
    reminderId: textOrNull(row, "reminder_id"),
    deliveryId: textOrNull(row, "delivery_id"),
    reason: textOrNull(row, "reason"),
  };
}
