import { shardOf } from "../../domain/partition.ts";
import type { ReminderSpec } from "../../domain/reminder.ts";
import type { Occurrence } from "../../time/schedule.ts";
import { type MovedRow, type MovedTable, placeIn } from "../moved-tables.ts";
import { occurrenceText, toOccurrence } from "./stored-occurrence.ts";
import { specText, toSpec } from "./stored-spec.ts";

/** A row while its values are exchanged. */
type Values = (string | number | null)[];

/** How rows of a table are kept here, where that is not how they are moved. */
export interface RowForm {
  /** Columns that follow from the others, with their types; made by `toStored` behind the moved ones. */
  derived: readonly string[];
  /** Changes the values of one row from how they are moved to how they are kept. */
  toStored(row: Values): void;
  toMoved(row: Values): void;
}

const AS_MOVED: RowForm = { derived: [], toStored: () => {}, toMoved: () => {} };

export function formOf(table: MovedTable): RowForm {
  if (table.name === "reminders" || table.name === "reminders_history") return reminderForm(table);
  if (table.name === "deliveries" || table.name === "deliveries_history") return deliveryForm(table);
  return AS_MOVED;
}

function reminderForm(table: MovedTable): RowForm {
  const [id, series, spec] = [placeIn(table, "id"), placeIn(table, "series"), placeIn(table, "spec")];
  const recipient = placeIn(table, "recipient_id");
  const [due, next, skips] = [
    placeIn(table, "next_due"),
    placeIn(table, "next_occurrence"),
    placeIn(table, "skips"),
  ];
  return {
    derived: ["shard"],
    toStored: (row) => {
      shorten(row, series, id);
      row[spec] = specText(JSON.parse(textAt(row, spec)) as ReminderSpec);
      row[next] = shortOccurrence(row[next]);
      if (row[skips] === "[]") row[skips] = null;
      row.push(shardOf(ownerOf(row, recipient, id)));
    },
    toMoved: (row) => {
      row[series] ??= row[id] ?? null;
      row[spec] = JSON.stringify(toSpec(textAt(row, spec)));
      row[next] = longOccurrence(row[next], row[due]);
      row[skips] ??= "[]";
    },
  };
}

function deliveryForm(table: MovedTable): RowForm {
  const [series, reminder] = [placeIn(table, "series"), placeIn(table, "reminder_id")];
  const recipient = placeIn(table, "recipient_id");
  const [due, occurrence] = [placeIn(table, "due_at"), placeIn(table, "occurrence")];
  return {
    derived: ["shard"],
    toStored: (row) => {
      shorten(row, series, reminder);
      row[occurrence] = shortOccurrence(row[occurrence]);
      row.push(shardOf(ownerOf(row, recipient, reminder)));
    },
    toMoved: (row) => {
      row[series] ??= row[reminder] ?? null;
      row[occurrence] = longOccurrence(row[occurrence], row[due]);
    },
  };
}

/** A series is left out where it is the reminder itself. */
function shorten(row: Values, series: number, reminder: number): void {
  if (row[series] === row[reminder]) row[series] = null;
}

function shortOccurrence(text: MovedRow[number] | undefined): string | null {
  return typeof text === "string" ? occurrenceText(JSON.parse(text) as Occurrence) : null;
}

function longOccurrence(
  text: MovedRow[number] | undefined,
  dueMs: MovedRow[number] | undefined,
): string | null {
  return typeof text === "string" ? JSON.stringify(toOccurrence(text, Number(dueMs))) : null;
}

/** Whose share of the work it is in: the recipient's, else the reminder's. */
function ownerOf(row: Values, recipient: number, reminder: number): string {
  return String(row[recipient] ?? row[reminder]);
}

function textAt(row: Values, place: number): string {
  return String(row[place]);
}
