import type { Database, Queryable } from "./database.ts";
import { TransactionLedger } from "./ledger.ts";
import { withPartitions } from "./partitions.ts";

/** What a write is made with. */
export interface Writing {
  transaction: Queryable;
  /** What it tells besides what it does; written as the last of it. */
  ledger: TransactionLedger;
}

export interface Written<Result> {
  result: Result;
  /** When it happened, in ms since the epoch. */
  nowMs: number;
}

/** Runs a write in one transaction, with what it tells; it may be run anew, so it must begin from nothing. */
export type Write = <Result>(work: (writing: Writing) => Promise<Written<Result>>) => Promise<Result>;

/** @param onEvents told once events have been committed */
export function createWrite(database: Database, onEvents: () => void): Write {
  return async (work) => {
    let hasEvents = false;
    const transact = () =>
      database.transaction(async (transaction) => {
        const ledger = new TransactionLedger();
        const { result, nowMs } = await work({ transaction, ledger });
        await ledger.write(transaction, nowMs);
        hasEvents = ledger.hasEvents;
        return result;
      });
    const result = await withPartitions(database, transact);
    if (hasEvents) onEvents();
    return result;
  };
}
