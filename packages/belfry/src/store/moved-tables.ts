/** The tables that a move brings over, by their names in every SQL store, in the order in which they go. */
export type MovedTableName =
  | "tenants"
  | "api_keys"
  | "endpoints"
  | "reminders"
  | "reminders_history"
  | "deliveries"
  | "deliveries_history"
  | "inbox"
  | "workers"
  | "idempotency"
  | "sent_keys"
  | "events"
  | "events_purged"
  | "counts"
  | "delivery_stats"
  | "recipients"
  | "recipient_changes"
  | "campaigns"
  | "acknowledgements"
  | "calendar_events"
  | "calendar_feeds"
  | "facts";

/** A column of a moved table. */
export interface MovedColumn {
  name: string;
  type: "text" | "integer";
}

/** What is moved of one table. */
export interface MovedTable {
  name: MovedTableName;
  /** For people: `open deliveries`. */
  what: string;
  columns: readonly MovedColumn[];
}

/**
 * A row on its way: the values of `columns`, in their order. Texts are as SQLite keeps them, whose forms
 * leave nothing out; a store that keeps them shorter makes them so itself.
 */
export type MovedRow = readonly (string | number | null)[];

const REMINDER = [
  "tenant_id text, id text, state text, version integer, epoch integer, series text, recipient_id text",
  "campaign_id text, rung integer, time_zone text, spec text, next_due integer, next_occurrence text",
  "skips text, created_at integer, updated_at integer",
].join(", ");

const DELIVERY = [
  "tenant_id text, id text, reminder_id text, occurrence_id text, series text, kind text, epoch integer",
  "recipient_id text, recipient_epoch integer, number integer, onward text, state text, lane text, channel text, target text, due_at integer",
  "occurrence text, send_at integer, expires_at integer, attempts integer, lost_leases integer",
  "fence integer, story text, note text, reason text, accepted_at integer, promoted_at integer",
  "redriven_at integer",
].join(", ");

/**
 * All that an installation holds. Rows go as they are: leases with their fences and who held them, stories,
 * versions and instants. Only what gives a row its place in its own table (`promoted_order` and the like) is
 * made anew, in the same order; a test holds the columns to the schemas of both stores.
 *
 * An event has its place in the log (`position`, and `idx` among those that were committed together), from
 * which each store makes its ids; so whoever follows the log goes on where they were.
 */
export const MOVED_TABLES: readonly MovedTable[] = [
  table(
    "tenants",
    "tenants",
    "id text, name text, time_zone text, revision integer, created_at integer, updated_at integer",
  ),
  table(
    "api_keys",
    "keys",
    "tenant_id text, id text, name text, hash text, hint text, scopes text, created_at integer, expires_at integer, last_used_at integer",
  ),
  table(
    "endpoints",
    "endpoints",
    "tenant_id text, name text, id text, url text, secrets text, state text, off_reason text, revision integer, created_at integer, updated_at integer",
  ),
  table("reminders", "reminders", REMINDER),
  table("reminders_history", "ended reminders", REMINDER),
  table("deliveries", "open deliveries", `${DELIVERY}, claim_at integer, worker text`),
  table("deliveries_history", "settled deliveries", `${DELIVERY}, settled_at integer`),
  table(
    "inbox",
    "inbox messages",
    "tenant_id text, delivery_id text, reminder_id text, content text, due_at integer, received_at integer",
  ),
  table(
    "workers",
    "past workers",
    "id text, seen_at integer, roles text, host text, pid integer, version text, partition text, started_at integer, holding text, left_at integer",
  ),
  table(
    "idempotency",
    "receipts",
    "tenant_id text, route text, key text, fingerprint text, status integer, body text, created_at integer",
  ),
  table("sent_keys", "sent keys", "tenant_id text, occurrence_id text, sent_at integer"),
  table(
    "events",
    "events",
    "tenant_id text, position integer, idx integer, at integer, type text, reminder_id text, delivery_id text, reason text",
  ),
  table("events_purged", "ends of purged events", "tenant_id text, position integer, idx integer"),
  table("counts", "counts", "tenant_id text, kind text, state text, n integer"),
  table(
    "delivery_stats",
    "sums of minutes",
    "tenant_id text, minute integer, metric text, bucket integer, n integer",
  ),
  table(
    "recipients",
    "recipients",
    "tenant_id text, id text, external_id text, revision integer, epoch integer, profile text, created_at integer, updated_at integer",
  ),
  table("recipient_changes", "changes of recipients to be followed", "tenant_id text, recipient_id text"),
  table(
    "campaigns",
    "campaigns",
    "tenant_id text, id text, state text, revision integer, spec text, sync_after text, matched integer, looked_at integer, ringing text, created_at integer, updated_at integer",
  ),
  table(
    "acknowledgements",
    "acknowledgements",
    "tenant_id text, occurrence_id text, delivery_id text, acknowledged_at integer, snooze_id text",
  ),
  table(
    "calendar_events",
    "calendar events",
    "tenant_id text, id text, recipient_id text, uid text, revision integer, spec text, starts_at integer, ends_at integer, created_at integer, updated_at integer",
  ),
  table(
    "calendar_feeds",
    "calendar feeds",
    "token_hash text, id text, tenant_id text, recipient_id text, created_at integer",
  ),
  table("facts", "facts", "name text, value text"),
];

/** Where a column stands in a row of a table. */
export function placeIn({ name, columns }: MovedTable, column: string): number {
  const place = columns.findIndex((one) => one.name === column);
  if (place < 0) throw new RangeError(`Cannot find the column ${column}: ${name} has none of that name`);
  return place;
}

/** The names of the columns, separated by ", ". */
export function columnNames({ columns }: MovedTable): string {
  return columns.map(({ name }) => name).join(", ");
}

function table(name: MovedTableName, what: string, columns: string): MovedTable {
  return { name, what, columns: columns.split(", ").map(toColumn) };
}

function toColumn(text: string): MovedColumn {
  const [name = "", type] = text.split(" ");
  return { name, type: type === "integer" ? "integer" : "text" };
}
