import type { DatabaseSync } from "node:sqlite";
import type { MoveMark, MoveStage } from "../move-mark.ts";
import { type Row, text, textOrNull } from "./rows.ts";

/** What the database keeps about a move that it is part of; null if it is free. */
export function readMoveMark(db: DatabaseSync): MoveMark | null {
  const row = db.prepare("SELECT move_id, move_stage, move_place FROM installation").get() as Row;
  const id = textOrNull(row, "move_id");
  if (id === null) return null;
  return { id, stage: text(row, "move_stage") as MoveStage, place: text(row, "move_place") };
}

export function writeMoveMark(db: DatabaseSync, mark: MoveMark | null): void {
  db.prepare("UPDATE installation SET move_id = ?, move_stage = ?, move_place = ?").run(
    mark?.id ?? null,
    mark?.stage ?? null,
    mark?.place ?? null,
  );
}
