import type { MoveMark, MoveStage } from "../move-mark.ts";
import type { Queryable } from "./database.ts";
import { text, textOrNull } from "./rows.ts";
import { statement } from "./statement.ts";

const READ = statement("read_move", "SELECT move_id, move_stage, move_place FROM installation");
const WRITE = statement(
  "write_move",
  "UPDATE installation SET move_id = $1, move_stage = $2, move_place = $3",
);
const FENCE = statement("set_fence", "SELECT set_fence($1)");

/** What the database keeps about a move that it is part of; null if it is free. */
export async function readMoveMark(database: Queryable): Promise<MoveMark | null> {
  const [row] = await database.run(READ);
  const id = row ? textOrNull(row, "move_id") : null;
  if (!row || id === null) return null;
  return { id, stage: text(row, "move_stage") as MoveStage, place: text(row, "move_place") };
}

/** Sets the mark, and with it the fence. */
export async function writeMoveMark(transaction: Queryable, mark: MoveMark | null): Promise<void> {
  await transaction.run(WRITE, [mark?.id ?? null, mark?.stage ?? null, mark?.place ?? null]);
  await transaction.run(FENCE, [mark !== null]);
}
