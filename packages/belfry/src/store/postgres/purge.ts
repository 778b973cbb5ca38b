import type { PurgeRequest } from "../store.ts";
import type { Database, Queryable } from "./database.ts";
import type { TransactionLedger } from "./ledger.ts";
import { readTime } from "./opening.ts";
import { countPartition, dropPartition, listPartitions, makeComing } from "./partitions.ts";
import { integer, text, whole } from "./rows.ts";
import { type Statement, statement } from "./statement.ts";
import { sumUp } from "./summing.ts";
import { plain, texts } from "./values.ts";
import type { Write } from "./writing.ts";

/** Deletes a bounded number of the oldest rows. */
function deletion(name: string, table: string, age: string): Statement {
  return statement(
    name,
    `WITH gone AS (DELETE FROM ${table} WHERE ctid = ANY(ARRAY(
       SELECT ctid FROM ${table} WHERE ${age} < $1 ORDER BY ${age} LIMIT $2 FOR UPDATE SKIP LOCKED)) RETURNING 1)
     SELECT count(*) AS n FROM gone`,
  );
}

const INBOX = deletion("purge_inbox", "inbox", "received_at");
const ACKNOWLEDGEMENTS = deletion("purge_acknowledgements", "acknowledgements", "acknowledged_at");
const CALENDAR_EVENTS = deletion("purge_calendar_events", "calendar_events", "ends_at");
const RECEIPTS = deletion("purge_receipts", "idempotency", "created_at");
const SENT_KEYS = deletion("purge_sent_keys", "sent_keys", "sent_at");
const STATS = deletion("purge_stats", "delivery_stats", "minute");

/**
 * The oldest rows of the ledger that are added up, in the order of their commits, as long as they are old
 * and hold no more events than the limit.
 */
const OLD_EVENTS = statement(
  "purge_events",
  `WITH oldest AS MATERIALIZED (
     SELECT ctid, tenant_id, position, at, coalesce(json_array_length(events::json), 0) AS events,
       sum(coalesce(json_array_length(events::json), 0)) OVER (ORDER BY position, tenant_id) AS so_far
     FROM (SELECT ctid, * FROM ledger WHERE position < (SELECT summed_to FROM installation) ORDER BY position LIMIT $2 FOR UPDATE SKIP LOCKED) AS l),
   gone AS (
     DELETE FROM ledger l USING oldest o WHERE l.ctid = o.ctid AND o.at < $1
       AND (o.so_far <= $2 OR o.so_far = o.events) RETURNING o.tenant_id, o.position, o.events)
   SELECT tenant_id, max(position) AS position, sum(events)::integer AS events, count(*)::integer AS rows,
     (array_agg(events ORDER BY position DESC) FILTER (WHERE events > 0))[1] - 1 AS last_index,
     max(position) FILTER (WHERE events > 0) AS last_position
   FROM gone GROUP BY tenant_id`,
);
const MARK = statement(
  "mark_purged",
  `INSERT INTO events_purged AS p (tenant_id, position, last_index) SELECT * FROM unnest($1::text[], $2::bigint[], $3::integer[])
   ON CONFLICT (tenant_id) DO UPDATE SET position = excluded.position, last_index = excluded.last_index
   WHERE p.position < excluded.position`,
);

/** Deletes what retention no longer keeps; a bounded number of rows a statement, and the history by whole days. */
export function createPurge(database: Database, write: Write) {
  return async (request: PurgeRequest): Promise<number> => {
    const { historyBeforeMs, receiptsBeforeMs, sentKeysBeforeMs, eventsBeforeMs, limit } = request;
    const run = async (deletion: Statement, beforeMs: number): Promise<number> => {
      const [row] = await database.write(deletion, [whole(beforeMs), limit]);
      return row ? integer(row, "n") : 0;
    };
    await makeComing(database, await readTime(database));
    // Only what is added up may go.
    await sumUp(database);
    const days = await purgeHistory(database, write, historyBeforeMs);
    return (
      days +
      (await run(INBOX, historyBeforeMs)) +
      (await run(ACKNOWLEDGEMENTS, historyBeforeMs)) +
      (await run(CALENDAR_EVENTS, historyBeforeMs)) +
      (await run(RECEIPTS, receiptsBeforeMs)) +
      (await run(SENT_KEYS, sentKeysBeforeMs)) +
      (await run(STATS, eventsBeforeMs / 60_000)) +
      (await purgeEvents(write, eventsBeforeMs, limit))
    );
  };
}

/**
 * Drops the days that retention no longer keeps. A reminder leaves no earlier than its last delivery, so
 * the deliveries of a day go first.
 */
async function purgeHistory(database: Database, write: Write, beforeMs: number): Promise<number> {
  let dropped = 0;
  for (const [history, kind] of [
    ["deliveries_history", "delivery"],
    ["reminders_history", "reminder"],
  ] as const) {
    for (const partition of await listPartitions(database, history)) {
      if (partition.endMs > beforeMs) break;
      dropped += await write(async ({ transaction, ledger }) => {
        const rows = await dropCounted(transaction, ledger, { partition, kind });
        return { result: rows, nowMs: beforeMs };
      });
    }
  }
  return dropped;
}

interface Day {
  partition: Parameters<typeof dropPartition>[1];
  kind: "delivery" | "reminder";
}

async function dropCounted(
  transaction: Queryable,
  ledger: TransactionLedger,
  { partition, kind }: Day,
): Promise<number> {
  const counts = await countPartition(transaction, partition);
  for (const { tenantId, state, n } of counts) {
    // A state of this kind: the rows are of its own table.
    ledger.moved({ tenantId, kind, from: state, to: null } as Parameters<TransactionLedger["moved"]>[0], n);
  }
  await dropPartition(transaction, partition);
  return counts.reduce((sum, { n }) => sum + n, 0);
}

async function purgeEvents(write: Write, beforeMs: number, limit: number): Promise<number> {
  return write(async ({ transaction }) => {
    const rows = await transaction.run(OLD_EVENTS, [whole(beforeMs), limit]);
    const marks = rows.filter((row) => row.last_position !== null);
    type Marked = (typeof marks)[number];
    if (marks.length > 0) {
      await transaction.run(MARK, [
        texts<Marked>((row) => text(row, "tenant_id")).array(marks),
        plain<Marked>((row) => integer(row, "last_position")).array(marks),
        plain<Marked>((row) => integer(row, "last_index")).array(marks),
      ]);
    }
    return { result: rows.reduce((sum, row) => sum + integer(row, "events"), 0), nowMs: beforeMs };
  });
}
