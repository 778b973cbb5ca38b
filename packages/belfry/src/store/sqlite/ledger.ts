import type { DatabaseSync } from "node:sqlite";
import type { DeliveryState } from "../../domain/delivery.ts";
import type { ReminderState } from "../../domain/reminder.ts";
import type { NoteEvent } from "./events.ts";

/** A row that came (`from` null), went (`to` null), or moved to another state. */
export type Move = { tenantId: string } & (
  | { kind: "reminder"; from: ReminderState | null; to: ReminderState | null }
  | { kind: "delivery"; from: DeliveryState | null; to: DeliveryState | null }
);

/** What every write tells besides what it does. */
export interface Ledger {
  /** Writes an event into the log. */
  note: NoteEvent;
  /** Counts a row; also several of one kind. */
  moved(move: Move, rows?: number): void;
}

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
  const sums = new Map<string, { row: [string, string, string]; n: number }>();
  const count = (row: [string, string, string], n: number): void => {
    const key = row.join(" ");
    const sum = sums.get(key);
    if (sum) sum.n += n;
    else sums.set(key, { row, n });
  };
  return {
    moved: ({ tenantId, kind, from, to }, rows = 1) => {
      if (from === to || rows === 0) return;
      if (from !== null) count([tenantId, kind, from], -rows);
      if (to !== null) count([tenantId, kind, to], rows);
    },
    write: () => {
      for (const { row, n } of sums.values()) if (n !== 0) add.run(...row, n);
      sums.clear();
    },
    clear: () => sums.clear(),
  };
}
