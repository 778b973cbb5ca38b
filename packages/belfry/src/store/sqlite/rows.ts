import type { SQLOutputValue } from "node:sqlite";
import type { Attempt, Delivery, DeliveryState, Onward } from "../../domain/delivery.ts";
import type { OccurrenceKind } from "../../domain/ids.ts";
import type { Reminder, ReminderSpec, ReminderState, Skip } from "../../domain/reminder.ts";
import type { Occurrence } from "../../time/schedule.ts";

/** A row as node:sqlite gives it. */
export type Row = Record<string, SQLOutputValue>;

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

/** A list of columns in which some are given by an expression instead. */
export function columnsWith(columns: string, expressions: Readonly<Record<string, string>>): string {
  return columns
    .split(", ")
    .map((column) => expressions[column] ?? column)
    .join(", ");
}

/** Columns of `reminders` and `reminders_history`, in the order of `reminderValues`. */
export const REMINDER_COLUMNS =
  "tenant_id, id, state, version, epoch, series, recipient_id, campaign_id, rung, time_zone, spec, next_due, next_occurrence, skips, created_at, updated_at";

export function reminderValues(reminder: Reminder): (string | number | null)[] {
  return [
    reminder.tenantId,
    reminder.id,
    reminder.state,
    reminder.version,
    reminder.epoch,
    reminder.series,
    reminder.recipientId,
    reminder.campaignId,
    reminder.rung,
    reminder.timeZone,
    JSON.stringify(reminder.spec),
    reminder.next?.dueMs ?? null,
    occurrenceText(reminder.next),
    JSON.stringify(reminder.skips),
    reminder.createdAtMs,
    reminder.updatedAtMs,
  ];
}

export function occurrenceText(occurrence: Occurrence | null): string | null {
  return occurrence === null ? null : JSON.stringify(occurrence);
}

export function toReminder(row: Row): Reminder {
  const next = textOrNull(row, "next_occurrence");
  return {
    tenantId: text(row, "tenant_id"),
    id: text(row, "id"),
    state: text(row, "state") as ReminderState,
    version: integer(row, "version"),
    epoch: integer(row, "epoch"),
    series: text(row, "series"),
    recipientId: textOrNull(row, "recipient_id"),
    campaignId: textOrNull(row, "campaign_id"),
    rung: integer(row, "rung"),
    timeZone: text(row, "time_zone"),
    spec: json<ReminderSpec>(row, "spec"),
    next: next === null ? null : (JSON.parse(next) as Occurrence),
    skips: json<Skip[]>(row, "skips"),
    createdAtMs: integer(row, "created_at"),
    updatedAtMs: integer(row, "updated_at"),
  };
}

/** Columns that `deliveries` and `deliveries_history` share. */
export const DELIVERY_COLUMNS =
  "tenant_id, id, reminder_id, recipient_id, recipient_epoch, occurrence_id, series, kind, epoch, state, lane, channel, target, due_at, occurrence, number, onward, send_at, expires_at, attempts, lost_leases, fence, story, note, reason, accepted_at, promoted_at, redriven_at";

/**
 * The story with one more attempt. The first one, which most have only, is put in as it is: SQLite's
 * reading of JSON costs more than the rest of the row.
 *
 * @param attempt a parameter that is JSON or null
 */
export function storyWith(attempt: string): string {
  return `CASE WHEN ${attempt} IS NULL THEN story WHEN story = '[]' THEN '[' || ${attempt} || ']'
    ELSE json_insert(story, '$[#]', json(${attempt})) END`;
}

export function toDelivery(row: Row): Delivery {
  return {
    tenantId: text(row, "tenant_id"),
    id: text(row, "id"),
    reminderId: text(row, "reminder_id"),
    recipientId: textOrNull(row, "recipient_id"),
    recipientEpoch: integer(row, "recipient_epoch"),
    occurrenceId: text(row, "occurrence_id"),
    series: text(row, "series"),
    kind: text(row, "kind") as OccurrenceKind,
    epoch: integer(row, "epoch"),
    state: text(row, "state") as DeliveryState,
    lane: text(row, "lane"),
    channel: text(row, "channel"),
    target: text(row, "target"),
    occurrence: json<Occurrence>(row, "occurrence"),
    number: integer(row, "number"),
    onward: row.onward === null ? null : json<Onward>(row, "onward"),
    sendAtMs: integer(row, "send_at"),
    expiresAtMs: integer(row, "expires_at"),
    attempts: integer(row, "attempts"),
    lostLeases: integer(row, "lost_leases"),
    story: json<Attempt[]>(row, "story"),
    note: textOrNull(row, "note"),
    reason: textOrNull(row, "reason"),
    acceptedAtMs: integer(row, "accepted_at"),
    promotedAtMs: integer(row, "promoted_at"),
    redrivenAtMs: integerOrNull(row, "redriven_at"),
    settledAtMs: integerOrNull(row, "settled_at"),
  };
}
