import type { DatabaseSync } from "node:sqlite";
import type { PurgeRequest } from "../store.ts";
import { placeOf } from "./events.ts";
import type { Ledger, Move } from "./ledger.ts";
import { type Row, text } from "./rows.ts";

/** Tenants whose events are looked at in one commit. */
const TENANTS_TOGETHER = 500;

/** Deletes what retention no longer keeps; a bounded number of rows, so that no commit is long. */
export function createPurge(db: DatabaseSync, ledger: Ledger) {
  const deliveries = db.prepare(
    `DELETE FROM deliveries_history WHERE settled_order IN
     (SELECT settled_order FROM deliveries_history WHERE settled_at < ? ORDER BY settled_at LIMIT ?)
     RETURNING tenant_id, state`,
  );
  const inbox = db.prepare(
    `DELETE FROM inbox WHERE received_order IN
     (SELECT received_order FROM inbox WHERE received_at < ? ORDER BY received_at LIMIT ?)`,
  );
  // A reminder stays as long as one of its deliveries does, which may be brought back with it.
  const reminders = db.prepare(
    `DELETE FROM reminders_history WHERE (tenant_id, id) IN
     (SELECT tenant_id, id FROM reminders_history r WHERE updated_at < ? AND NOT EXISTS
       (SELECT 1 FROM deliveries_history d WHERE d.tenant_id = r.tenant_id AND d.reminder_id = r.id)
      ORDER BY updated_at LIMIT ?)
     RETURNING tenant_id, state`,
  );
  const receipts = db.prepare(
    `DELETE FROM idempotency WHERE (tenant_id, route, key) IN
     (SELECT tenant_id, route, key FROM idempotency WHERE created_at < ? ORDER BY created_at LIMIT ?)`,
  );
  const sentKeys = db.prepare(
    `DELETE FROM sent_keys WHERE (tenant_id, occurrence_id) IN
     (SELECT tenant_id, occurrence_id FROM sent_keys WHERE sent_at < ? ORDER BY sent_at LIMIT ?)`,
  );
  const acknowledgements = db.prepare(
    `DELETE FROM acknowledgements WHERE (tenant_id, occurrence_id) IN
     (SELECT tenant_id, occurrence_id FROM acknowledgements WHERE acknowledged_at < ? ORDER BY acknowledged_at LIMIT ?)`,
  );
  const calendarEvents = db.prepare(
    `DELETE FROM calendar_events WHERE (tenant_id, id) IN
     (SELECT tenant_id, id FROM calendar_events WHERE ends_at < ? ORDER BY ends_at LIMIT ?)`,
  );
  const countGone = (kind: Move["kind"], rows: readonly Row[]): number => {
    for (const row of rows) {
      // A state of this kind: the rows are of its own table.
      ledger.moved({ tenantId: text(row, "tenant_id"), kind, from: text(row, "state"), to: null } as Move);
    }
    return rows.length;
  };
  const purgeTelling = createTellingPurge(db);
  return (request: PurgeRequest): number => {
    const { historyBeforeMs, receiptsBeforeMs, sentKeysBeforeMs, limit } = request;
    return (
      countGone("delivery", deliveries.all(historyBeforeMs, limit) as Row[]) +
      Number(inbox.run(historyBeforeMs, limit).changes) +
      Number(acknowledgements.run(historyBeforeMs, limit).changes) +
      Number(calendarEvents.run(historyBeforeMs, limit).changes) +
      countGone("reminder", reminders.all(historyBeforeMs, limit) as Row[]) +
      Number(receipts.run(receiptsBeforeMs, limit).changes) +
      Number(sentKeys.run(sentKeysBeforeMs, limit).changes) +
      purgeTelling(request)
    );
  };
}

/** Events and sums of minutes. */
function createTellingPurge(db: DatabaseSync): (request: PurgeRequest) => number {
  const stats = db.prepare(
    `DELETE FROM delivery_stats WHERE (tenant_id, minute, metric, bucket) IN
     (SELECT tenant_id, minute, metric, bucket FROM delivery_stats WHERE minute < ? ORDER BY minute LIMIT ?)`,
  );
  const purgeEvents = createEventPurge(db);
  return (request) => {
    const minute = Math.floor(request.eventsBeforeMs / 60_000);
    return Number(stats.run(minute, request.limit).changes) + purgeEvents(request);
  };
}

/** Goes round the tenants, some at each call: most have nothing old, but there may be thousands to ask. */
function createEventPurge(db: DatabaseSync): (request: PurgeRequest) => number {
  const next = db.prepare("SELECT min(tenant_id) AS tenant_id FROM events WHERE tenant_id > ?");
  const last = db.prepare(
    "SELECT max(seq) AS seq FROM (SELECT seq FROM events WHERE tenant_id = ? AND seq < ? ORDER BY seq LIMIT ?)",
  );
  const events = db.prepare("DELETE FROM events WHERE tenant_id = ? AND seq <= ?");
  const mark = db.prepare(
    "INSERT INTO events_purged VALUES (?, ?) ON CONFLICT (tenant_id) DO UPDATE SET seq = excluded.seq",
  );
  /** The last tenant that has been looked at. */
  let done = "";
  return ({ eventsBeforeMs, limit }) => {
    let room = limit;
    for (let looked = 0; looked < TENANTS_TOGETHER; looked++) {
      const { tenant_id: tenantId } = next.get(done) as { tenant_id: string | null };
      if (tenantId === null) break;
      const { seq } = last.get(tenantId, placeOf(eventsBeforeMs), room) as { seq: number | null };
      if (seq !== null) {
        room -= Number(events.run(tenantId, seq).changes);
        mark.run(tenantId, seq);
      }
      if (room === 0) return limit;
      done = tenantId;
    }
    if (next.get(done)?.tenant_id === null) done = "";
    return limit - room;
  };
}
