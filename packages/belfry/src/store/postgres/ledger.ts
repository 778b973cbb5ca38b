import { type Ledger, type Move, MoveSums, type Noted } from "../move-sums.ts";
import { type MinuteSum, minuteSums, type Recorded } from "../settlement-sums.ts";
import type { Queryable } from "./database.ts";
import { statement } from "./statement.ts";
import { texts } from "./values.ts";

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

/** SQL for the rows of a ledger as a table `x`, given as four parameters from `$first` on. */
export function ledgerRows(first: number): string {
  const arrays = [0, 1, 2, 3].map((index) => `$${first + index}::text[]`);
  return `unnest(${arrays.join(", ")}) AS x (tenant_id, events, moves, sums)`;
}

/** SQL that writes the rows of a ledger given as four parameters from `$first` on, and the instant as a fifth. */
export function ledgerInsert(first: number): string {
  return `INSERT INTO ledger (position, at, part, tenant_id, events, moves, sums)
    SELECT next_position(), $${first + 4}::bigint, 0, x.* FROM ${ledgerRows(first)}`;
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
  parameters(nowMs: number): [string, string, string, string, number] {
    const rows = this.#rows();
    return [
      texts<LedgerRow>(({ tenantId }) => tenantId).array(rows),
      texts<LedgerRow>(({ events }) => (events.length === 0 ? null : JSON.stringify(events))).array(rows),
      texts<LedgerRow>(({ moves }) => (Object.keys(moves).length === 0 ? null : JSON.stringify(moves))).array(
        rows,
      ),
      texts<LedgerRow>(({ sums }) => (sums.length === 0 ? null : JSON.stringify(sums))).array(rows),
      Math.floor(nowMs),
    ];
  }

  /** Gives what there is to whoever writes it, the rows as four parameters; nothing is left. */
  take(nowMs: number): { rows: string[]; atMs: number } {
    const [tenants, events, moves, sums, atMs] = this.parameters(nowMs);
    this.#moves = new MoveSums();
    this.#events = new Map();
    this.#sums = [];
    return { rows: [tenants, events, moves, sums], atMs };
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
