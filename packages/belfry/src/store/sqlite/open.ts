import { renameSync, rmSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../../domain/errors.ts";
import { storeError } from "./failure.ts";
import { makePrivateFile } from "./private-file.ts";

/** SQLite checks some 500 MB a second; a start must not take long. `belfry doctor` checks larger ones too. */
const LARGEST_CHECKED_BYTES = 128 * 1024 ** 2;

/** So long a start waits for a lock of another program. */
const START_WAITS_MS = 5_000;
/** SQLite waits by stopping everything; the writer of a running server has a way of its own. */
const STATEMENT_WAITS_MS = 5;

/**
 * Opens the database file, or one in memory for `:memory:`, ready for one durable writer. Whatever
 * damage can be seen is found here, before anything is promised.
 *
 * @throws StoreError naming the file, the cause and what helps
 */
export function openDatabase(path: string): DatabaseSync {
  try {
    if (path !== ":memory:") ensureFile(path);
    const db = new DatabaseSync(path, { timeout: START_WAITS_MS });
    try {
      prepare(db, path);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    throw storeError("open", path, error);
  }
}

/** From now on statements hardly wait for another program's lock. */
export function endStart(db: DatabaseSync): void {
  db.exec(`PRAGMA busy_timeout = ${STATEMENT_WAITS_MS}`);
}

function prepare(db: DatabaseSync, path: string): void {
  // FULL: a commit is on disk before its promise resolves, also in WAL mode.
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  // Checkpoints are small and often, since the event loop waits for each of them.
  db.exec("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32000; PRAGMA wal_autocheckpoint = 64;");
  if (path === ":memory:" || sizeOf(path) > LARGEST_CHECKED_BYTES) return;
  const answer = String(db.prepare("PRAGMA quick_check(1)").get()?.quick_check);
  if (answer === "ok") return;
  throw damaged(path, `the file is damaged (${answer.replaceAll(/\s+/g, " ")}); restore it from a backup`);
}

/**
 * Makes the file where there is none. SQLite takes an empty file for a new database and throws its log
 * away, so the file is never left empty, and one that is found so was damaged.
 */
function ensureFile(path: string): void {
  const log = `${path}-wal`;
  const hasLog = sizeOf(log) > 0;
  const isThere = statSync(path, { throwIfNoEntry: false }) !== undefined;
  if (!isThere && !hasLog) makeFile(path);
  if (sizeOf(path) > 0) return;
  const state = `${isThere ? "empty" : "missing"}${hasLog ? `, and its log ${log} is not` : ""}`;
  throw damaged(path, `the file is ${state}; restore it from a backup, or delete both to begin anew`);
}

/** Under another name first, so that an end in between leaves nothing half made. */
function makeFile(path: string): void {
  const fresh = `${path}-new`;
  rmSync(fresh, { force: true });
  makePrivateFile(fresh);
  const db = new DatabaseSync(fresh);
  try {
    db.exec("PRAGMA user_version = 0");
  } finally {
    db.close();
  }
  renameSync(fresh, path);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function damaged(path: string, advice: string): StoreError {
  return new StoreError("store_damaged", `Cannot open the database ${path}: ${advice}`);
}
