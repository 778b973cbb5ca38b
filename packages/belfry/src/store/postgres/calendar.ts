import { type CalendarEvent, type CalendarEventSpec, storedSpanOf } from "../../domain/calendar-event.ts";
import type { Receipt } from "../access.ts";
import { refusalsOf } from "../calendar-batch.ts";
import { calendarPage, calendarWalk } from "../calendar-page.ts";
import type { CalendarEventRefusal, CalendarEventWrite, CalendarStore } from "../calendar-store.ts";
import { staleRevision } from "../stale.ts";
import type { StaleRevision } from "../store.ts";
import { createFeeds } from "./calendar-feeds.ts";
import type { Database, Queryable, Row } from "./database.ts";
import { keepReceipt } from "./receipts.ts";
import { integer, json, text, textOrNull, whole } from "./rows.ts";
import { statement } from "./statement.ts";
import { lines, plain, textArray, texts } from "./values.ts";
import type { Write } from "./writing.ts";

const COLUMNS =
  "tenant_id, id, recipient_id, uid, revision, spec, starts_at, ends_at, created_at, updated_at";

const FIND = statement(
  "find_calendar_event",
  `SELECT ${COLUMNS} FROM calendar_events WHERE tenant_id = $1 AND id = $2`,
);
const BY_UID = statement(
  "find_calendar_events_by_uid",
  `SELECT e.* FROM unnest($1::text[], $2::text[], $3::text[]) AS x (tenant_id, recipient_id, uid),
     LATERAL (SELECT ${COLUMNS} FROM calendar_events
       WHERE recipient_id = x.recipient_id AND uid = x.uid AND uid IS NOT NULL AND tenant_id = x.tenant_id) AS e`,
);
const WITHIN = `starts_at >= $2 AND starts_at < $3 AND (ends_at > $4 OR starts_at >= $4)
  AND (starts_at, id) > ($5::bigint, $6::text) ORDER BY starts_at, id LIMIT $7`;
const LIST = statement(
  "list_calendar_events",
  `SELECT ${COLUMNS} FROM calendar_events WHERE tenant_id = $1 AND ${WITHIN}`,
);
/** The tenant must not lead to all that it has. */
const LIST_OF_OWNER = statement(
  "list_calendar_events_of_owner",
  `SELECT ${COLUMNS} FROM calendar_events WHERE recipient_id = $8 AND tenant_id COLLATE "ucs_basic" = $1 AND ${WITHIN}`,
);

/** What stands in recipients' calendars, and where it can be read. */
export function calendarStore(database: Database, write: Write): CalendarStore {
  return {
    writeCalendarEvents: createEventWrite(write),
    findCalendarEvent: async (tenantId, id) => {
      const [row] = await database.run(FIND, [tenantId, id]);
      return row ? toEvent(row) : null;
    },
    findCalendarEventsByUid: (tenantId, keys) =>
      findByUid(
        database,
        keys.map((key) => ({ tenantId, ...key })),
      ),
    listCalendarEvents: async (request) => {
      const { tenantId, recipientId, fromMs, toMs, limit } = request;
      const { startsFromMs, afterMs, afterId } = calendarWalk(request);
      const range = [startsFromMs, Math.ceil(toMs), whole(fromMs), afterMs, afterId, limit + 1];
      const rows =
        recipientId === undefined
          ? await database.run(LIST, [tenantId, ...range])
          : await database.run(LIST_OF_OWNER, [tenantId, ...range, recipientId]);
      return calendarPage(rows, limit, toEvent);
    },
    deleteCalendarEvent: createEventRemoval(write),
    ...createFeeds(database, write),
  };
}

type NamedEvent = Pick<CalendarEvent, "tenantId" | "recipientId"> & { uid: string };

async function findByUid(database: Queryable, keys: readonly NamedEvent[]): Promise<CalendarEvent[]> {
  if (keys.length === 0) return [];
  const rows = await database.run(BY_UID, [
    textArray(keys.map(({ tenantId }) => tenantId)),
    textArray(keys.map(({ recipientId }) => recipientId)),
    textArray(keys.map(({ uid }) => uid)),
  ]);
  return rows.map(toEvent);
}

/** Whoever writes into a calendar holds its owner, so that two writers see each other's events, and none is deleted. */
const LOCK_OWNERS = statement(
  "lock_event_owners",
  `SELECT r.tenant_id, r.id FROM unnest($1::text[], $2::text[]) AS x (tenant_id, id)
   JOIN recipients r ON r.tenant_id = x.tenant_id AND r.id = x.id ORDER BY r.tenant_id, r.id FOR UPDATE OF r`,
);
const STANDING = statement(
  "find_event_revisions",
  `SELECT e.* FROM unnest($1::text[], $2::text[]) AS x (tenant_id, id),
     LATERAL (SELECT tenant_id, id, revision FROM calendar_events WHERE tenant_id = x.tenant_id AND id = x.id) AS e`,
);
const PUT = statement(
  "put_calendar_events",
  `INSERT INTO calendar_events (${COLUMNS}) SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::integer[],
     string_to_array($6::text, E'\\n', ''), $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[])
   ON CONFLICT (tenant_id, id) DO UPDATE SET uid = excluded.uid, revision = excluded.revision, spec = excluded.spec,
     starts_at = excluded.starts_at, ends_at = excluded.ends_at, updated_at = excluded.updated_at`,
);

function createEventWrite(write: Write): CalendarStore["writeCalendarEvents"] {
  return (batch, receipt) =>
    write(async ({ transaction }) => ({
      result: await writeEvents(transaction, batch, receipt),
      nowMs: batch[0]?.event.updatedAtMs ?? 0,
    }));
}

async function writeEvents(
  transaction: Queryable,
  batch: readonly CalendarEventWrite[],
  receipt: Receipt | undefined,
): Promise<CalendarEventRefusal[]> {
  const events = batch.map(({ event }) => event);
  const refusals = await judge(transaction, batch, events);
  if (refusals.length > 0) return refusals;
  await keepReceipt(transaction, receipt);
  if (events.length > 0) await transaction.run(PUT, eventArrays(events));
  return [];
}

async function judge(
  transaction: Queryable,
  batch: readonly CalendarEventWrite[],
  events: readonly CalendarEvent[],
): Promise<CalendarEventRefusal[]> {
  const keyed = new Map(events.map((event) => [`${event.tenantId} ${event.recipientId}`, event]));
  const owners = await transaction.run(LOCK_OWNERS, [
    textArray([...keyed.values()].map(({ tenantId }) => tenantId)),
    textArray([...keyed.values()].map(({ recipientId }) => recipientId)),
  ]);
  const there = new Set(owners.map((row) => `${text(row, "tenant_id")} ${text(row, "id")}`));
  const standing = await transaction.run(STANDING, [
    textArray(events.map(({ tenantId }) => tenantId)),
    textArray(events.map(({ id }) => id)),
  ]);
  const revisions = new Map(
    standing.map((row) => [`${text(row, "tenant_id")} ${text(row, "id")}`, integer(row, "revision")]),
  );
  const named = events.flatMap(({ tenantId, recipientId, uid }) =>
    uid === null ? [] : [{ tenantId, recipientId, uid }],
  );
  const holders = new Map((await findByUid(transaction, named)).map((event) => [nameOf(event), event.id]));
  return refusalsOf(batch, {
    revisionOf: ({ tenantId, id }) => revisions.get(`${tenantId} ${id}`) ?? null,
    holderOf: (event) => holders.get(nameOf(event)),
    hasOwner: ({ tenantId, recipientId }) => there.has(`${tenantId} ${recipientId}`),
  });
}

function nameOf({ tenantId, recipientId, uid }: Pick<CalendarEvent, "tenantId" | "recipientId" | "uid">) {
  return `${tenantId} ${recipientId} ${uid}`;
}

const LOCK_EVENT = statement(
  "lock_calendar_event",
  "SELECT revision FROM calendar_events WHERE tenant_id = $1 AND id = $2 FOR UPDATE",
);
const REMOVE = statement(
  "delete_calendar_event",
  "DELETE FROM calendar_events WHERE tenant_id = $1 AND id = $2",
);

function createEventRemoval(write: Write): CalendarStore["deleteCalendarEvent"] {
  return ({ tenantId, id, ifRevision }) =>
    write<boolean | StaleRevision>(async ({ transaction }) => {
      const [row] = await transaction.run(LOCK_EVENT, [tenantId, id]);
      const stale = row ? staleRevision(integer(row, "revision"), ifRevision) : null;
      if (row && !stale) await transaction.run(REMOVE, [tenantId, id]);
      return { result: stale ?? row !== undefined, nowMs: 0 };
    });
}

function eventArrays(events: readonly CalendarEvent[]): string[] {
  const spans = new Map(events.map((event) => [event, storedSpanOf(event.when)]));
  return [
    texts<CalendarEvent>(({ tenantId }) => tenantId).array(events),
    texts<CalendarEvent>(({ id }) => id).array(events),
    texts<CalendarEvent>(({ recipientId }) => recipientId).array(events),
    texts<CalendarEvent>(({ uid }) => uid).array(events),
    plain<CalendarEvent>(({ revision }) => revision).array(events),
    lines<CalendarEvent>(specText).array(events),
    plain<CalendarEvent>((event) => whole(spans.get(event)?.startMs ?? 0)).array(events),
    plain<CalendarEvent>((event) => whole(spans.get(event)?.endMs ?? 0)).array(events),
    plain<CalendarEvent>(({ createdAtMs }) => whole(createdAtMs)).array(events),
    plain<CalendarEvent>(({ updatedAtMs }) => whole(updatedAtMs)).array(events),
  ];
}

function specText({ title, description, when }: CalendarEvent): string {
  const spec: CalendarEventSpec = { title, description, when };
  return JSON.stringify(spec);
}

function toEvent(row: Row): CalendarEvent {
  return {
    ...json<CalendarEventSpec>(row, "spec"),
    tenantId: text(row, "tenant_id"),
    id: text(row, "id"),
    recipientId: text(row, "recipient_id"),
    uid: textOrNull(row, "uid"),
    revision: integer(row, "revision"),
    createdAtMs: integer(row, "created_at"),
    updatedAtMs: integer(row, "updated_at"),
  };
}
