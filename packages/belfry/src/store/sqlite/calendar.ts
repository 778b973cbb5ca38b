import type { DatabaseSync } from "node:sqlite";
import { type CalendarEvent, type CalendarEventSpec, storedSpanOf } from "../../domain/calendar-event.ts";
import type { Receipt } from "../access.ts";
import { refusalsOf } from "../calendar-batch.ts";
import { calendarPage, calendarWalk } from "../calendar-page.ts";
import type {
  CalendarEventRefusal,
  CalendarEventRemoval,
  CalendarEventWrite,
  CalendarRange,
} from "../calendar-store.ts";
import { staleRevision } from "../stale.ts";
import type { Page, PageRequest, StaleRevision } from "../store.ts";
import { integer, json, type Row, text, textOrNull } from "./rows.ts";

const COLUMNS =
  "tenant_id, id, recipient_id, uid, revision, spec, starts_at, ends_at, created_at, updated_at";

type KeepReceipt = (receipt: Receipt) => void;

/** What stands in recipients' calendars. */
export function createCalendar(db: DatabaseSync, keepReceipt: KeepReceipt) {
  const reads = createReads(db);
  const remove = db.prepare("DELETE FROM calendar_events WHERE tenant_id = ? AND id = ?");
  return {
    ...reads,
    write: createWrite(db, { keepReceipt, ...reads }),
    delete: ({ tenantId, id, ifRevision }: CalendarEventRemoval): boolean | StaleRevision => {
      const before = reads.find(tenantId, id);
      const stale = before && staleRevision(before.revision, ifRevision);
      if (stale) return stale;
      return remove.run(tenantId, id).changes > 0;
    },
  };
}

function createReads(db: DatabaseSync) {
  const find = db.prepare(`SELECT ${COLUMNS} FROM calendar_events WHERE tenant_id = ? AND id = ?`);
  const byUid = db.prepare(
    `SELECT ${COLUMNS} FROM calendar_events WHERE tenant_id = ? AND recipient_id = ? AND uid = ?`,
  );
  const inRange = `starts_at >= :startsFrom AND starts_at < :to AND (ends_at > :from OR starts_at >= :from)
    AND (starts_at, id) > (:afterMs, :afterId) ORDER BY starts_at, id LIMIT :limit`;
  const ofOwner = db.prepare(
    `SELECT ${COLUMNS} FROM calendar_events WHERE tenant_id = :tenant AND recipient_id = :recipient AND ${inRange}`,
  );
  const ofAll = db.prepare(
    `SELECT ${COLUMNS} FROM calendar_events INDEXED BY calendar_events_start WHERE tenant_id = :tenant AND ${inRange}`,
  );
  const findByUid = (tenantId: string, recipientId: string, uid: string): CalendarEvent | null => {
    const row = byUid.get(tenantId, recipientId, uid) as Row | undefined;
    return row ? toEvent(row) : null;
  };
  return {
    find: (tenantId: string, id: string): CalendarEvent | null => {
      const row = find.get(tenantId, id) as Row | undefined;
      return row ? toEvent(row) : null;
    },
    findByUid,
    findByUids: (tenantId: string, keys: readonly { recipientId: string; uid: string }[]): CalendarEvent[] =>
      keys.flatMap(({ recipientId, uid }) => findByUid(tenantId, recipientId, uid) ?? []),
    list: (request: PageRequest & CalendarRange): Page<CalendarEvent> => {
      const { tenantId: tenant, recipientId: recipient, limit } = request;
      const { startsFromMs: startsFrom, afterMs, afterId } = calendarWalk(request);
      const [from, to] = [Math.floor(request.fromMs), Math.ceil(request.toMs)];
      const range = { tenant, startsFrom, from, to, afterMs, afterId, limit: limit + 1 };
      const rows = recipient === undefined ? ofAll.all(range) : ofOwner.all({ ...range, recipient });
      return calendarPage(rows as Row[], limit, toEvent);
    },
  };
}

type Reads = Pick<ReturnType<typeof createReads>, "find" | "findByUid">;

function createWrite(
  db: DatabaseSync,
  { keepReceipt, find, findByUid }: Reads & { keepReceipt: KeepReceipt },
) {
  const owner = db.prepare("SELECT 1 FROM recipients WHERE tenant_id = ? AND id = ?");
  const put = db.prepare(
    `INSERT INTO calendar_events (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (tenant_id, id) DO UPDATE SET uid = excluded.uid, revision = excluded.revision, spec = excluded.spec,
       starts_at = excluded.starts_at, ends_at = excluded.ends_at, updated_at = excluded.updated_at`,
  );
  return (batch: readonly CalendarEventWrite[], receipt?: Receipt): CalendarEventRefusal[] => {
    const refusals = refusalsOf(batch, {
      revisionOf: ({ tenantId, id }) => find(tenantId, id)?.revision ?? null,
      holderOf: ({ tenantId, recipientId, uid }) => findByUid(tenantId, recipientId, uid)?.id,
      hasOwner: ({ tenantId, recipientId }) => owner.get(tenantId, recipientId) !== undefined,
    });
    if (refusals.length > 0) return refusals;
    if (receipt) keepReceipt(receipt);
    for (const { event } of batch) put.run(...valuesOf(event));
    return [];
  };
}

function valuesOf(event: CalendarEvent): (string | number | null)[] {
  const { tenantId, id, recipientId, uid, revision, title, description, when } = event;
  const { startMs, endMs } = storedSpanOf(when);
  const spec: CalendarEventSpec = { title, description, when };
  const times = [startMs, endMs, event.createdAtMs, event.updatedAtMs].map(Math.floor);
  return [tenantId, id, recipientId, uid, revision, JSON.stringify(spec), ...times];
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
