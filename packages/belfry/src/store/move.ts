import { StoreError } from "../domain/errors.ts";
import type { MovedRows, MoveProgress } from "../domain/moving.ts";
import { type MoveMark, movedError, stateOf } from "./move-mark.ts";
import { MOVED_TABLES } from "./moved-tables.ts";
import type { RowCounts, Transferable } from "./transfer.ts";

export interface MoveOptions {
  from: Transferable;
  to: Transferable;
  /** Names this move, unless one is gone on with. */
  newId: string;
  /** How long a lease lasts at most, in ms. */
  leaseMs: number;
  onProgress?: (progress: MoveProgress) => void;
  /** Breaks it off between two batches; it can be repeated. */
  signal?: AbortSignal;
}

/**
 * Moves all that a store holds into another one. At no moment do two live copies exist, and at every moment
 * it can be killed and repeated, since each store carries a mark with which no process starts on it:
 *
 *   1. the target is marked `arriving`, and is from then on no installation;
 *   2. the source is marked `leaving`: nobody writes there any more, so a copy can be whole;
 *   3. everything is copied, counted and compared; the target is marked `arrived`;
 *   4. the source is marked `left`: from this commit on the target counts, and the source never comes back;
 *   5. the target's mark is taken away: it can be started.
 *
 * Two stores have no commit in common, so there are two, and the order decides what a kill between them
 * leaves: with 5 before 4, two installations that both send; with 4 before 5, none that can be started,
 * until the move is repeated, which then does no more than 5. Up to 4 the source is whole, and an abort
 * gives it back; after 4 an abort is refused, since the target may have been opened and have sent by then.
 *
 * @returns how much was moved, in the order of MOVED_TABLES
 * @throws StoreError naming what is in the way; `move_incomplete`, `move_broken_off`
 */
export async function moveInstallation(options: MoveOptions): Promise<MovedRows[]> {
  const { from, to, newId } = options;
  refuseSame(from, to);
  await from.hold();
  await to.hold();
  const marks = { from: await from.readMark(), to: await to.readMark() };
  const { id, next } = stateOf({ ...marks, places: { from: from.place, to: to.place }, newId });
  if (next === "copy") {
    await enterBoth(options, { id, isNew: marks.to === null });
    await copyAll(options);
    await to.mark({ id, stage: "arrived", place: from.place });
  }
  if (next !== "open") await from.mark({ id, stage: "left", place: to.place });
  await to.mark(null);
  return rowsOf(await to.count());
}

/**
 * Gives a move up that has not ended: the source is free again. The target, if it is named, is emptied where it
 * holds the copy of that move, or a part of any: that one is worth nothing.
 *
 * @throws StoreError if there is nothing to give up, or too late
 */
export async function abortMove(from: Transferable, to: Transferable | null): Promise<void> {
  await from.hold();
  await to?.hold();
  const [mark, copy] = [await from.readMark(), (await to?.readMark()) ?? null];
  const what = `Cannot give up a move from ${from.place}`;
  if (mark !== null && mark.stage !== "leaving") throw movedError(what, mark);
  const isWorthless = copy?.stage === "arriving" || (copy?.stage === "arrived" && copy.id === mark?.id);
  if (mark === null && !isWorthless) throw new StoreError("store_not_moving", `${what}: none was begun`);
  // Before the source is given back: a copy that could be taken for whole must not outlive that.
  if (to !== null && copy !== null && isWorthless) await empty(to, copy);
  if (mark !== null) await from.mark(null);
}

async function empty(to: Transferable, mark: MoveMark): Promise<void> {
  await to.enter({ ...mark, stage: "arriving" });
  await to.clear();
  await to.mark(null);
}

function refuseSame(from: Transferable, to: Transferable): void {
  if (from.identity !== to.identity) return;
  throw new StoreError("store_same", `Cannot move from ${from.place} to ${to.place}: they are the same`);
}

/** What a first start makes is no loss: its tenant and its key, and what it knows of itself. */
async function refuseUsed(to: Transferable): Promise<void> {
  const { tenants, api_keys, workers, facts, ...others } = await to.count();
  const isUnused = tenants <= 1 && api_keys <= 1 && Object.values(others).every((rows) => rows === 0);
  if (isUnused) return;
  const advice = "it is not empty; name another, or delete what it holds";
  throw new StoreError("store_not_empty", `Cannot move to ${to.place}: ${advice}`);
}

/** The target first: if the source refuses, nothing of it has changed. */
async function enterBoth(
  { from, to }: MoveOptions,
  { id, isNew }: { id: string; isNew: boolean },
): Promise<void> {
  // Before it is marked, since what is marked may be deleted; and once more when nobody can write any longer.
  if (isNew) await refuseUsed(to);
  await to.enter({ id, stage: "arriving", place: from.place });
  try {
    if (isNew) await refuseUsed(to);
    await from.enter({ id, stage: "leaving", place: to.place });
  } catch (error) {
    if (isNew) await to.mark(null).catch(() => {});
    throw error;
  }
}

async function copyAll(options: MoveOptions): Promise<void> {
  const { from, to, leaseMs, onProgress, signal } = options;
  await from.endLeases(leaseMs);
  await to.clear();
  const wanted = await from.count();
  const total = Object.values(wanted).reduce((sum, rows) => sum + rows, 0);
  let done = 0;
  for (const table of MOVED_TABLES) {
    for await (const rows of from.read(table)) {
      if (signal?.aborted) throw brokenOff(options);
      await to.write(table, rows);
      done += rows.length;
      onProgress?.({ what: table.what, done, total });
      // Between two stores of SQLite nothing is waited for, and a signal would not be heard.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  await to.complete();
  refuseDifferent(options, wanted, await to.count());
  await to.writeSecrets(await from.readSecrets());
}

function brokenOff({ from, to }: MoveOptions): StoreError {
  return new StoreError(
    "move_broken_off",
    `Cannot move from ${from.place} to ${to.place}: it was broken off`,
  );
}

function refuseDifferent({ from, to }: MoveOptions, wanted: RowCounts, arrived: RowCounts): void {
  for (const { name, what } of MOVED_TABLES) {
    if (wanted[name] === arrived[name]) continue;
    const advice = `${arrived[name]} of ${wanted[name]} ${what} have arrived, and nothing was opened`;
    throw new StoreError("move_incomplete", `Cannot move from ${from.place} to ${to.place}: ${advice}`);
  }
}

function rowsOf(counts: RowCounts): MovedRows[] {
  return MOVED_TABLES.map(({ name, what }) => ({ what, rows: counts[name] }));
}
