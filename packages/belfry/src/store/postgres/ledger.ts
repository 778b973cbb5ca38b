import { type Ledger, type Move, MoveSums, type Noted } from "../move-sums.ts";
import { type MinuteSum, minuteSums, type Recorded } from "../settlement-sums.ts";
import type { Queryable } from "./database.ts";
import { rowSet } from "./rows.ts";
import { statement } from "./statement.ts";
import { lines } from "./values.ts";

/** An event as a row of the ledger keeps it; the tenant is the row's. */
export type StoredEvent = [
  type: string,
  atMs: number,
  reminder: string | null,
  delivery: string | null,
  reason?: string,
];

/** A sum of a minute as a row of the ledger keeps it. */
export type StoredSum = [minute: number, metric: string, bucket: number, n: number];

interface LedgerRow {
  tenantId: string;
  events: StoredEvent[];
  moves: Record<string, number>;
  sums: StoredSum[];
}

/** What a row of a ledger is made of. */
export const LEDGER_ROWS = rowSet<LedgerRow>([
  ["tenant_id", "text", lines(({ tenantId }) => tenantId)],
  ["events", "text", lines(({ events }) => (events.length === 0 ? null : JSON.stringify(events)))],
  ["moves", "text", lines(({ moves }) => (Object.keys(moves).length === 0 ? null : JSON.stringify(moves)))],
  ["sums", "text", lines(({ sums }) => (sums.length === 0 ? null : JSON.stringify(sums)))],
]);

/** How many parameters a ledger takes. */
export const LEDGER_WIDTH = LEDGER_ROWS.width + 1;

/** SQL that writes the rows of a ledger given as parameters from `$first` on, and the instant as the last of them. */
export function ledgerInsert(first: number): string {
  return `INSERT INTO ledger (position, at, part, ${LEDGER_ROWS.columns})
    SELECT next_position(), $${first + LEDGER_ROWS.width}::bigint, 0, x.* FROM ${LEDGER_ROWS.unnest(first)}`;
}

const WRITE = statement("write_ledger", ledgerInsert(1));

/** Gathers in memory what one transaction tells, a row for each tenant. */
export class TransactionLedger implements Ledger {
  #moves = new MoveSums();
  #events = new Map<string, StoredEvent[]>();
  #sums: MinuteSum[] = [];
  #hasEvents = false;

  note({ tenantId, type, atMs, reminderId, deliveryId, reason }: Noted): void {
    const events = this.#events.get(tenantId) ?? [];
    const event: StoredEvent = [type, Math.floor(atMs), reminderId, deliveryId];
    events.push(reason === null ? event : [type, Math.floor(atMs), reminderId, deliveryId, reason]);
    this.#events.set(tenantId, events);
    this.#hasEvents = true;
  }

  moved(move: Move, rows?: number): void {
    this.#moves.moved(move, rows);
  }

  /** Adds the sums of settlements. */
  settled(batch: readonly Recorded[]): void {
    this.#sums.push(...minuteSums(batch));
  }

  get hasEvents(): boolean {
    return this.#hasEvents;
  }

  /** The parameters of `ledgerInsert`. */
  parameters(nowMs: number): (string | number)[] {
    return [...LEDGER_ROWS.parameters(this.#rows()), Math.floor(nowMs)];
  }

  /** Gives what there is to whoever writes it, as parameters of `LEDGER_ROWS`; nothing is left. */
  take(): string[] {
    const rows = LEDGER_ROWS.parameters(this.#rows());
    this.#moves = new MoveSums();
    this.#events = new Map();
    this.#sums = [];
    return rows;
  }

  /** Writes what there is, as the last of its transaction. */
  async write(transaction: Queryable, nowMs: number): Promise<void> {
    if (this.#rows().length > 0) await transaction.run(WRITE, this.parameters(nowMs));
  }

  #rows(): LedgerRow[] {
    const rows = new Map<string, LedgerRow>();
    const of = (tenantId: string): LedgerRow => {
      const row = rows.get(tenantId) ?? { tenantId, events: [], moves: {}, sums: [] };
      rows.set(tenantId, row);
      return row;
    };
    for (const [tenantId, events] of this.#events) of(tenantId).events = events;
    for (const { tenantId, kind, state, n } of this.#moves.entries())
      of(tenantId).moves[moveKey(kind, state)] = n;
    for (const { tenantId, minute, metric, bucket, n } of this.#sums)
      of(tenantId).sums.push([minute, metric, bucket, n]);
    return [...rows.values()];
  }
}

/** `delivery.leased`: the name of a count. */
export function moveKey(kind: Move["kind"], state: string): string {
  return `${kind}.${state}`;
}
