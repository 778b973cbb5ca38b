import type { Clock } from "./clock.ts";

/** What is due must not wait longer than this for work that could be done in pieces. */
const LONGEST_PIECE_MS = 10;

/** Lets the event loop turn once, so that long work does not hold up what is due. */
export function turn(): Promise<void> {
  return new Promise(setImmediate);
}

/** Tells when a piece of work has gone on for long enough: some schedules take a hundred times as long as others. */
export function createPiece(clock: Pick<Clock, "now">): () => boolean {
  const begunMs = clock.now();
  return () => clock.now() - begunMs >= LONGEST_PIECE_MS;
}
