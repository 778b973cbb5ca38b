import type { DatabaseSync } from "node:sqlite";
import type { MovedRow } from "../moved-tables.ts";
import { placeOf } from "./events.ts";
import { createInsert } from "./insert.ts";

const COLUMNS = "tenant_id, seq, at, type, reminder_id, delivery_id, reason, came_position, came_idx";

type MovedEvent = [
  tenantId: string,
  position: number,
  idx: number,
  atMs: number,
  type: string,
  reminderId: string | null,
  deliveryId: string | null,
  reason: string | null,
];

/**
 * Gives events of another log their places in this one, in the same order, by the rule by which new ones
 * get theirs. Where the old place fits in, as that of a log of SQLite does, it is kept. The old one is kept
 * beside it too, so that whoever knows it is led to the right place.
 */
export function createEventArrival(db: DatabaseSync) {
  const insert = createInsert(db, "events", COLUMNS);
  const insertPurged = db.prepare(
    `INSERT INTO events_purged (tenant_id, seq)
     VALUES (?1, coalesce((SELECT min(seq) - 1 FROM events WHERE tenant_id = ?1), ?2))`,
  );
  let lastSeq = 0;

  const seqOf = (position: number, idx: number, atMs: number): number => {
    const least = Math.max(lastSeq + 1, placeOf(atMs) + 1);
    return idx === 0 && position >= least ? position : least;
  };
  return {
    take: (rows: readonly MovedRow[]): void => {
      insert(
        rows.map((row) => {
          const [tenantId, position, idx, atMs, ...rest] = row as MovedEvent;
          lastSeq = seqOf(position, idx, atMs);
          return [tenantId, lastSeq, atMs, ...rest, position, idx];
        }),
      );
    },
    /** What was deleted lies before all that is left. Comes after the events. */
    takePurged: (rows: readonly MovedRow[]): void => {
      for (const [tenantId, position] of rows as readonly [string, number][])
        insertPurged.run(tenantId, Math.max(lastSeq, position));
    },
  };
}
