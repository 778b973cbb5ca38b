import type { Attempt, Delivery, DeliveryState, Onward } from "../../domain/delivery.ts";
import type { OccurrenceKind } from "../../domain/ids.ts";
import { shardOf } from "../../domain/partition.ts";
import type { Reminder, ReminderState, Skip } from "../../domain/reminder.ts";
import type { Row } from "./database.ts";
import { occurrenceText, toOccurrence } from "./stored-occurrence.ts";
import { specText, toSpec } from "./stored-spec.ts";
import { type Column, lines, plain, texts } from "./values.ts";

export function text(row: Row, column: string): string {
  return row[column] as string;
}

export function textOrNull(row: Row, column: string): string | null {
  return (row[column] ?? null) as string | null;
}

export function integer(row: Row, column: string): number {
  return row[column] as number;
}

export function integerOrNull(row: Row, column: string): number | null {
  return (row[column] ?? null) as number | null;
}

/** A column of JSON that this store wrote itself. */
export function json<Value>(row: Row, column: string): Value {
  return JSON.parse(row[column] as string) as Value;
}

/** Instants may come with fractions; the columns are whole. */
export function whole(ms: number): number {
  return Math.floor(ms);
}

/** A column of a table: its name, its type, and how a value is made. */
export type Field<Item> = readonly [name: string, type: string, column: Column<Item>];

/** What reminders are made of, in the order of an insert. */
const REMINDER_FIELDS: readonly Field<Reminder>[] = [
  ["next_due", "bigint", plain(({ next }) => next?.dueMs ?? null)],
  ["created_at", "bigint", plain(({ createdAtMs }) => createdAtMs)],
  ["updated_at", "bigint", plain(({ updatedAtMs }) => updatedAtMs)],
  ["version", "integer", plain(({ version }) => version)],
  ["epoch", "integer", plain(({ epoch }) => epoch)],
  ["rung", "integer", plain(({ rung }) => rung)],
  ["shard", "smallint", plain(({ recipientId, id }) => shardOf(recipientId ?? id))],
  ["state", "text", lines(({ state }) => state)],
  ["tenant_id", "text", lines(({ tenantId }) => tenantId)],
  ["id", "text", lines(({ id }) => id)],
  ["series", "text", lines(({ series, id }) => (series === id ? null : series))],
  ["recipient_id", "text", lines(({ recipientId }) => recipientId)],
  ["campaign_id", "text", lines(({ campaignId }) => campaignId)],
  ["time_zone", "text", lines(({ timeZone }) => timeZone)],
  ["spec", "text", lines(({ spec }) => specText(spec))],
  ["next_occurrence", "text", lines(({ next }) => (next === null ? null : occurrenceText(next)))],
  ["skips", "text", lines(({ skips }) => (skips.length === 0 ? null : JSON.stringify(skips)))],
];

/** What deliveries are made of, in the order of an insert. */
const DELIVERY_FIELDS: readonly Field<Delivery>[] = [
  ["due_at", "bigint", plain(({ occurrence }) => occurrence.dueMs)],
  ["send_at", "bigint", plain(({ sendAtMs }) => whole(sendAtMs))],
  ["expires_at", "bigint", plain(({ expiresAtMs }) => expiresAtMs)],
  ["accepted_at", "bigint", plain(({ acceptedAtMs }) => acceptedAtMs)],
  ["promoted_at", "bigint", plain(({ promotedAtMs }) => promotedAtMs)],
  ["redriven_at", "bigint", plain(({ redrivenAtMs }) => redrivenAtMs)],
  ["epoch", "integer", plain(({ epoch }) => epoch)],
  ["attempts", "integer", plain(({ attempts }) => attempts)],
  ["lost_leases", "integer", plain(({ lostLeases }) => lostLeases)],
  ["recipient_epoch", "integer", plain(({ recipientEpoch }) => recipientEpoch)],
  ["number", "integer", plain(({ number }) => number)],
  ["shard", "smallint", plain(({ recipientId, reminderId }) => shardOf(recipientId ?? reminderId))],
  ["state", "text", lines(({ state }) => state)],
  ["kind", "text", lines(({ kind }) => kind)],
  ["tenant_id", "text", lines(({ tenantId }) => tenantId)],
  ["id", "text", lines(({ id }) => id)],
  ["reminder_id", "text", lines(({ reminderId }) => reminderId)],
  ["occurrence_id", "text", lines(({ occurrenceId }) => occurrenceId)],
  ["series", "text", lines(({ series, reminderId }) => (series === reminderId ? null : series))],
  ["recipient_id", "text", lines(({ recipientId }) => recipientId)],
  ["lane", "text", texts(({ lane }) => lane)],
  ["channel", "text", lines(({ channel }) => channel)],
  ["target", "text", texts(({ target }) => target)],
  ["occurrence", "text", lines(({ occurrence }) => occurrenceText(occurrence))],
  ["onward", "text", lines(({ onward }) => (onward === null ? null : JSON.stringify(onward)))],
  ["story", "text", lines(({ story }) => JSON.stringify(story))],
  ["note", "text", texts(({ note }) => note)],
  ["reason", "text", texts(({ reason }) => reason)],
];

/** A set of rows as parameters of a statement. */
export interface RowSet<Item> {
  /** Their columns, separated by ", ". */
  columns: string;
  /** How many parameters they take. */
  width: number;
  /** SQL for them as a table, whose parameters begin at `first`. */
  unnest(first: number): string;
  parameters(items: readonly Item[]): string[];
}

/** @param fields its columns, in the order of an insert */
export function rowSet<Item>(fields: readonly Field<Item>[]): RowSet<Item> {
  const columns = fields.map(([name]) => name).join(", ");
  return {
    columns,
    width: fields.length,
    unnest: (first) =>
      `unnest(${fields.map((field, index) => arrayOf(field, first + index)).join(", ")}) AS x (${columns})`,
    parameters: (items) => fields.map(([, , column]) => column.array(items)),
  };
}

function arrayOf<Item>([, type, { sql }]: Field<Item>, index: number): string {
  return sql === undefined ? `$${index}::${type}[]` : sql.replace("$", () => `$${index}`);
}

export const REMINDERS = rowSet(REMINDER_FIELDS);
export const DELIVERIES = rowSet(DELIVERY_FIELDS);

/** What is read of a reminder. */
export const REMINDER_COLUMNS =
  "tenant_id, id, state, version, epoch, series, recipient_id, campaign_id, rung, time_zone, spec, next_due, next_occurrence, skips, created_at, updated_at";

/** What moves between the hot reminders and the history. */
export const REMINDER_MOVED = REMINDERS.columns;

/** What is read of a delivery. */
export const DELIVERY_COLUMNS =
  "tenant_id, id, reminder_id, occurrence_id, series, kind, epoch, state, lane, channel, target, due_at, occurrence, send_at, expires_at, attempts, lost_leases, story, note, reason, accepted_at, promoted_at, redriven_at, recipient_id, recipient_epoch, number, onward";

/** What moves between the hot deliveries and the history. */
export const DELIVERY_MOVED = `${DELIVERIES.columns}, fence`;

/** Columns of a table that is known by another name, each with a name of its own. */
export function prefixed(columns: string, table: string, prefix = ""): string {
  return columns
    .split(", ")
    .map((column) => `${table}.${column}${prefix === "" ? "" : ` AS ${prefix}${column}`}`)
    .join(", ");
}

/** A list of columns in which some are given by an expression instead. */
export function columnsWith(
  columns: string,
  table: string,
  expressions: Readonly<Record<string, string>>,
): string {
  return columns
    .split(", ")
    .map((column) => expressions[column] ?? `${table}.${column}`)
    .join(", ");
}

// Most have none: one list for all of them.
const UNTRIED: readonly Attempt[] = [];
const NO_SKIPS: readonly Skip[] = [];

/** @param prefix what the names of its columns begin with */
export function toReminder(row: Row, prefix = ""): Reminder {
  const next = textOrNull(row, `${prefix}next_occurrence`);
  const skips = textOrNull(row, `${prefix}skips`);
  const id = text(row, `${prefix}id`);
  return {
    tenantId: text(row, `${prefix}tenant_id`),
    id,
    state: text(row, `${prefix}state`) as ReminderState,
    version: integer(row, `${prefix}version`),
    epoch: integer(row, `${prefix}epoch`),
    series: textOrNull(row, `${prefix}series`) ?? id,
    recipientId: textOrNull(row, `${prefix}recipient_id`),
    campaignId: textOrNull(row, `${prefix}campaign_id`),
    rung: integer(row, `${prefix}rung`),
    timeZone: text(row, `${prefix}time_zone`),
    spec: toSpec(text(row, `${prefix}spec`)),
    next: next === null ? null : toOccurrence(next, integer(row, `${prefix}next_due`)),
    skips: skips === null ? NO_SKIPS : (JSON.parse(skips) as Skip[]),
    createdAtMs: integer(row, `${prefix}created_at`),
    updatedAtMs: integer(row, `${prefix}updated_at`),
  };
}

export function toDelivery(row: Row): Delivery {
  const reminderId = text(row, "reminder_id");
  return {
    tenantId: text(row, "tenant_id"),
    id: text(row, "id"),
    reminderId,
    recipientId: textOrNull(row, "recipient_id"),
    recipientEpoch: integer(row, "recipient_epoch"),
    occurrenceId: text(row, "occurrence_id"),
    series: textOrNull(row, "series") ?? reminderId,
    kind: text(row, "kind") as OccurrenceKind,
    epoch: integer(row, "epoch"),
    state: text(row, "state") as DeliveryState,
    lane: text(row, "lane"),
    channel: text(row, "channel"),
    target: text(row, "target"),
    occurrence: toOccurrence(text(row, "occurrence"), integer(row, "due_at")),
    number: integer(row, "number"),
    onward: row.onward === null ? null : json<Onward>(row, "onward"),
    sendAtMs: integer(row, "send_at"),
    expiresAtMs: integer(row, "expires_at"),
    attempts: integer(row, "attempts"),
    lostLeases: integer(row, "lost_leases"),
    story: row.story === "[]" ? UNTRIED : json<Attempt[]>(row, "story"),
    note: textOrNull(row, "note"),
    reason: textOrNull(row, "reason"),
    acceptedAtMs: integer(row, "accepted_at"),
    promotedAtMs: integer(row, "promoted_at"),
    redrivenAtMs: integerOrNull(row, "redriven_at"),
    settledAtMs: integerOrNull(row, "settled_at"),
  };
}

/** SQL for a story with one attempt more, unless that is NULL. */
export function storyWith(story: string, attempt: string): string {
  return `CASE WHEN ${attempt} IS NULL THEN ${story} WHEN ${story} = '[]' THEN '[' || ${attempt} || ']'
    ELSE left(${story}, -1) || ',' || ${attempt} || ']' END`;
}
