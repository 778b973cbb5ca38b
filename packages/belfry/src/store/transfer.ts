import type { KeptSecrets } from "../domain/kept-secrets.ts";
import type { MoveMark } from "./move-mark.ts";
import type { MovedRow, MovedTable, MovedTableName } from "./moved-tables.ts";

/** How many rows a store holds of each kind. */
export type RowCounts = Readonly<Record<MovedTableName, number>>;

/**
 * A store as one side of a move: at rest, and read or written as a whole. Not a `Store`, whose promises are
 * for a running installation: here nobody else is there, and rows are taken as they are.
 */
export interface Transferable {
  /** For people, without a password: `/var/lib/belfry`, `db.example.com:5432/belfry, schema "belfry"`. */
  readonly place: string;
  /** Tells two ways to one store from two stores. */
  readonly identity: string;
  /** Keeps other moves away until it is closed. @throws StoreError `store_in_use` */
  hold(): Promise<void>;
  readMark(): Promise<MoveMark | null>;
  /**
   * Makes sure that no process works on it, keeps new ones out, and sets the mark; all of it or nothing.
   *
   * @throws StoreError `store_in_use` naming who works on it
   */
  enter(mark: MoveMark): Promise<void>;
  /** Goes on to another stage; null: the store is free again. On disk once it resolves. */
  mark(mark: MoveMark | null): Promise<void>;
  /** Ends all leases, as a start would: what cannot have been sent waits again, the rest is in doubt. */
  endLeases(leaseMs: number): Promise<void>;
  count(): Promise<RowCounts>;
  /** All rows of a table, a bounded number at a time; events that were committed together come together. */
  read(table: MovedTable): AsyncIterable<readonly MovedRow[]>;
  /** Deletes everything. The mark is `arriving`. */
  clear(): Promise<void>;
  /** Adds rows of a table; those of one table come in the order of `read`, the tables in that of MOVED_TABLES. */
  write(table: MovedTable, rows: readonly MovedRow[]): Promise<void>;
  /** All rows are there: sees to whatever follows from them. */
  complete(): Promise<void>;
  readSecrets(): Promise<KeptSecrets>;
  /** What is null is left alone. */
  writeSecrets(secrets: KeptSecrets): Promise<void>;
  close(): Promise<void>;
}
