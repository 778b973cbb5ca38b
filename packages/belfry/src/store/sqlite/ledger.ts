import type { DatabaseSync } from "node:sqlite";
import { type Ledger, MoveSums } from "../move-sums.ts";

export type { Ledger, Move } from "../move-sums.ts";

/** How many rows are in each state, written once a commit. */
export interface Tally {
  moved: Ledger["moved"];
  /** Writes what was counted; to be called before the commit. */
  write(): void;
  /** Forgets what was counted, as after a commit that failed. */
  clear(): void;
}

/**
 * Counts in memory what one commit moves, and writes the sums with it: a trigger for each row would cost
 * a settlement half as much again.
 */
export function createTally(db: DatabaseSync): Tally {
  const add = db.prepare(
    `INSERT INTO counts (tenant_id, kind, state, n) VALUES (?, ?, ?, ?)
     ON CONFLICT (tenant_id, kind, state) DO UPDATE SET n = n + excluded.n`,
  );
  const sums = new MoveSums();
  return {
    moved: (move, rows) => sums.moved(move, rows),
    write: () => {
      for (const { tenantId, kind, state, n } of sums.entries()) add.run(tenantId, kind, state, n);
      sums.clear();
    },
    clear: () => sums.clear(),
  };
}
