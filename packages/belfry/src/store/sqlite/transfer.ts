import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { KeptSecrets } from "../../domain/kept-secrets.ts";
import { MOVED_TABLES } from "../moved-tables.ts";
import type { RowCounts, Transferable } from "../transfer.ts";
import { storeError } from "./failure.ts";
import { createLeaseCare } from "./lease-care.ts";
import { createTally } from "./ledger.ts";
import type { FolderLock } from "./lock.ts";
import { migrate } from "./migrate.ts";
import { readMoveMark, writeMoveMark } from "./move-mark.ts";
import { openDatabase } from "./open.ts";
import { countTable, readTable } from "./transfer-read.ts";
import { createArrival, deleteAll } from "./transfer-write.ts";

export interface SqliteTransferOptions {
  /** The database file. */
  path: string;
  nowMs: number;
  /** What keeps other processes from the folder: nobody else works on the database, now or later. */
  hold: FolderLock;
  /** The secrets lie in files beside the database. */
  readSecrets(): Promise<KeptSecrets>;
  writeSecrets(secrets: KeptSecrets): Promise<void>;
}

/**
 * Opens a database of SQLite as one side of a move, and brings it to the newest schema.
 *
 * @throws StoreError if the file cannot be used, naming it, the cause and what helps
 */
export function openSqliteTransfer(options: SqliteTransferOptions): Transferable {
  const db = openDatabase(options.path);
  try {
    migrate(db, options.nowMs);
    // What is copied is not promised before its mark is set; until then a batch need not wait for the disk.
    db.exec("PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 2000");
    return assemble(db, options);
  } catch (error) {
    db.close();
    throw storeError("open", options.path, error);
  }
}

function assemble(db: DatabaseSync, options: SqliteTransferOptions): Transferable {
  const { path, hold, readSecrets, writeSecrets } = options;
  const place = realpathSync(dirname(path));
  const write = createTransaction(db, options);
  const reading = <Result>(read: () => Result): Result => failing("read from", path, read);
  const mark: Transferable["mark"] = async (wanted) => {
    // A mark is on disk before the next one is set elsewhere, and with it all that was written before.
    db.exec("PRAGMA synchronous = FULL");
    write(() => writeMoveMark(db, wanted));
    db.exec("PRAGMA synchronous = NORMAL");
  };
  let arrival: ReturnType<typeof createArrival> | null = null;
  return {
    place,
    identity: place,
    // Whoever has opened it holds the folder.
    hold: async () => {},
    readMark: async () => reading(() => readMoveMark(db)),
    enter: mark,
    mark,
    endLeases: async (leaseMs) => write(() => endLeases(db, options.nowMs, leaseMs)),
    count: async () => reading(() => countAll(db)),
    read: async function* (table) {
      yield* failingEach("read from", path, readTable(db, table));
    },
    clear: async () => {
      write(() => deleteAll(db));
      arrival = createArrival(db);
    },
    write: async (table, rows) => {
      arrival ??= createArrival(db);
      const take = arrival;
      write(() => take(table, rows));
    },
    complete: async () => {},
    readSecrets,
    writeSecrets,
    close: async () => {
      db.close();
      hold.letGo();
    },
  };
}

function createTransaction(db: DatabaseSync, { path, hold }: SqliteTransferOptions) {
  return (work: () => void): void =>
    failing("write to", path, () => {
      hold.check();
      db.exec("BEGIN IMMEDIATE");
      try {
        work();
        db.exec("COMMIT");
      } catch (error) {
        if (db.isTransaction) db.exec("ROLLBACK");
        throw error;
      }
    });
}

function failing<Result>(action: "read from" | "write to", path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw storeError(action, path, error);
  }
}

function* failingEach<Item>(action: "read from", path: string, items: Generator<Item>): Generator<Item> {
  try {
    yield* items;
  } catch (error) {
    throw storeError(action, path, error);
  }
}

function endLeases(db: DatabaseSync, nowMs: number, leaseMs: number): void {
  const tally = createTally(db);
  createLeaseCare(db, { moved: tally.moved, note: () => {} }).recover(nowMs, leaseMs);
  tally.write();
}

function countAll(db: DatabaseSync): RowCounts {
  return Object.fromEntries(MOVED_TABLES.map((table) => [table.name, countTable(db, table)])) as RowCounts;
}
