import { StoreError } from "../domain/errors.ts";
import type { Finding } from "../domain/finding.ts";

/**
 * How far a store is in a move. `leaving`: what it holds is being copied. `left`: it holds an old copy and
 * never starts again. `arriving`: it holds a part of a copy. `arrived`: it holds all, and only has to be opened.
 */
export const MOVE_STAGES = ["leaving", "left", "arriving", "arrived"] as const;
export type MoveStage = (typeof MOVE_STAGES)[number];

/** What a store keeps about a move that it is part of. Whatever it says, no process of Belfry works on the store. */
export interface MoveMark {
  /** Names the move: both stores of one have the same. */
  id: string;
  stage: MoveStage;
  /** The other store, for people; without a password. */
  place: string;
}

/** What a mark means to whoever wants to use the store, and what helps. */
export function wordsOf({ stage, place }: Pick<MoveMark, "stage" | "place">): string {
  const again = "repeat that `belfry move`";
  if (stage === "left") return `what it held was moved to ${place}; use that one`;
  if (stage === "leaving")
    return `what it holds is being moved to ${place}; ${again}, or give it up with --abort`;
  return `a move from ${place} has not ended; ${again}`;
}

/** What is to be said of a store that is part of a move. */
export function findingsOf(mark: MoveMark | null): Finding[] {
  if (mark === null) return [];
  return [{ check: "move", status: "fail", text: "Belfry does not start on it", mend: wordsOf(mark) }];
}

/** @throws StoreError `store_moved`, `store_moving` if the store is part of a move */
export function refuseMarked(place: string, mark: Pick<MoveMark, "stage" | "place"> | null): void {
  if (mark === null) return;
  throw movedError(`Cannot open the database ${place}`, mark);
}

/** @param what could not be done: `Cannot open the database x` */
export function movedError(what: string, mark: Pick<MoveMark, "stage" | "place">): StoreError {
  const code = mark.stage === "left" ? "store_moved" : "store_moving";
  return new StoreError(code, `${what}: ${wordsOf(mark)}`);
}

/** What has still to be done of a move. */
export type MoveStep = "copy" | "hand over" | "open";

/** Where a move stands. */
export interface MoveState {
  id: string;
  next: MoveStep;
}

interface Marks {
  from: MoveMark | null;
  to: MoveMark | null;
  /** The places of both, for messages and to know a target again. */
  places: { from: string; to: string };
  newId: string;
}

/**
 * What the marks of two stores say is to be done next. Of the same two, any number of interrupted moves end
 * in the same way:
 *
 *     source    target     next
 *     none      none       copy: nothing was begun
 *     any       arriving   copy: a part of a copy is worth nothing, whoever began it
 *     leaving   none       copy: ended before the target was marked, or its copy was deleted
 *     leaving   arrived    hand over: mark the source as left
 *     left      arrived    open: take the target's mark away
 *     left      none       refused: it is done
 *
 * An `arrived` target of another move is refused, since what it holds may be all that there is.
 *
 * @throws StoreError if they cannot be the two sides of one move
 */
export function stateOf({ from, to, places, newId }: Marks): MoveState {
  const what = `Cannot move from ${places.from} to ${places.to}`;
  if (from?.stage === "arriving" || from?.stage === "arrived")
    throw movedError(`Cannot move from ${places.from}`, from);
  if (to?.stage === "leaving" || to?.stage === "left") throw movedError(`Cannot move to ${places.to}`, to);
  const isSame = from !== null && to !== null && from.id === to.id;
  if (isSame && to.stage === "arrived")
    return { id: from.id, next: from.stage === "left" ? "open" : "hand over" };
  if (to?.stage === "arrived") throw unopened(what, to);
  if (from?.stage === "left") throw movedError(`Cannot move from ${places.from}`, from);
  if (from !== null && !isSame && from.place !== places.to) throw movedError(what, from);
  return { id: from?.id ?? newId, next: "copy" };
}

function unopened(what: string, { place }: MoveMark): StoreError {
  const words = `the target holds all of a move from ${place}, which only has to be opened; repeat that one, or name another`;
  return new StoreError("store_not_empty", `${what}: ${words}`);
}
