import type { DeliveryState } from "../domain/delivery.ts";
import type { BelfryEvent } from "../domain/event.ts";
import type { ReminderState } from "../domain/reminder.ts";

/** An event before it has its place in the log. */
export type Noted = Omit<BelfryEvent, "id">;

/** Writes the log, inside the caller's transaction. */
export type NoteEvent = (event: Noted) => void;

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

/** How many rows more there are of one tenant in one state. */
export interface StateSum {
  tenantId: string;
  kind: Move["kind"];
  state: string;
  n: number;
}

/** Adds up moves in memory, so that a commit writes a few sums instead of a row each. */
export class MoveSums {
  readonly #sums = new Map<string, Record<Move["kind"], Map<string, number>>>();

  moved({ tenantId, kind, from, to }: Move, rows = 1): void {
    if (from === to || rows === 0) return;
    const states = this.#of(tenantId)[kind];
    if (from !== null) states.set(from, (states.get(from) ?? 0) - rows);
    if (to !== null) states.set(to, (states.get(to) ?? 0) + rows);
  }

  /** Those that are not zero. */
  *entries(): Generator<StateSum, void, void> {
    for (const [tenantId, kinds] of this.#sums)
      for (const kind of ["reminder", "delivery"] as const)
        for (const [state, n] of kinds[kind]) if (n !== 0) yield { tenantId, kind, state, n };
  }

  clear(): void {
    this.#sums.clear();
  }

  #of(tenantId: string) {
    let found = this.#sums.get(tenantId);
    if (!found) {
      found = { reminder: new Map<string, number>(), delivery: new Map<string, number>() };
      this.#sums.set(tenantId, found);
    }
    return found;
  }
}
