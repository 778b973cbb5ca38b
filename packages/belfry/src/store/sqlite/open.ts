import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../../domain/errors.ts";
import { makePrivateFile } from "./private-file.ts";

/** SQLite's own codes: https://www.sqlite.org/rescode.html */
const ADVICE: Readonly<Record<number, { code: string; advice: string }>> = {
  5: { code: "store_locked", advice: "another process is using it; stop that one first" },
  8: { code: "store_read_only", advice: "the file or its folder is read-only; make it writable" },
  11: { code: "store_damaged", advice: "the file is damaged; restore it from a backup" },
  13: { code: "store_full", advice: "the disk is full; make room" },
  14: {
    code: "store_unreachable",
    advice: "the file cannot be opened; check that its folder exists and is writable",
  },
  26: {
    code: "store_foreign",
    advice:
      "the file is not a SQLite database; name another data folder: BELFRY_DATA, or `folder` when embedded",
  },
};

/**
 * Opens the database file, or one in memory for `:memory:`, ready for one durable writer.
 *
 * @throws StoreError naming the file, the cause and what helps
 */
export function openDatabase(path: string): DatabaseSync {
  makePrivateFile(path);
  try {
    const db = new DatabaseSync(path, { timeout: 5_000 });
    // FULL: a commit is on disk before its promise resolves, also in WAL mode.
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    // Checkpoints are small and often, since the event loop waits for each of them.
    db.exec("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32000; PRAGMA wal_autocheckpoint = 64;");
    return db;
  } catch (error) {
    throw storeError(path, error);
  }
}

/** SQLite's error as ours, with advice where there is some. */
export function storeError(path: string, error: unknown): StoreError {
  const { code, advice } = adviceFor(error);
  return new StoreError(code, `Cannot open the database ${path}: ${advice}`, { cause: error });
}

/** What helps against an error of SQLite; its own words where nothing is known. */
export function adviceFor(error: unknown): { code: string; advice: string } {
  const advice = error instanceof Error ? error.message : String(error);
  return ADVICE[primaryCode(error)] ?? { code: "store_failed", advice };
}

function primaryCode(error: unknown): number {
  const code = error instanceof Error && "errcode" in error ? Number(error.errcode) : 0;
  return code & 0xff;
}
