import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { StoreError } from "../../domain/errors.ts";

/** What could not be done with the database. */
export type StoreAction = "open" | "read from" | "write to";

interface Meaning {
  code: string;
  advice: string;
}

const BUSY = 5;
const IO_ERROR = 10;
const NOT_A_DATABASE = 26;
const DAMAGED: Meaning = { code: "store_damaged", advice: "the file is damaged; restore it from a backup" };
const FULL: Meaning = { code: "store_full", advice: "the disk is full; make room" };

/** SQLite's own codes: https://www.sqlite.org/rescode.html */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  [BUSY]: { code: "store_locked", advice: "another program has locked it; end that one" },
  7: { code: "store_failed", advice: "this process may have no more memory; give it some" },
  8: { code: "store_read_only", advice: "the file or its folder is read-only; make it writable" },
  [IO_ERROR]: {
    code: "store_failed",
    advice:
      "the disk refuses: it is failing, read-only, or over a quota or limit; the system's own log tells more",
  },
  11: DAMAGED,
  13: FULL,
  14: {
    code: "store_unreachable",
    advice: "the file cannot be opened; check that its folder exists and is writable",
  },
  [NOT_A_DATABASE]: {
    code: "store_foreign",
    advice:
      "the file is not a SQLite database: it is damaged, or another program's; restore it from a backup, or name " +
      "another data folder: BELFRY_DATA, or `folder` when embedded",
  },
};

/** SQLite's error as ours, with what helps where that is known. */
export function storeError(action: StoreAction, path: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const { code, advice } = meaningOf(action, path, error);
  return new StoreError(code, `Cannot ${action} the database ${path}: ${advice}`, { cause: error });
}

/** What helps against an error of SQLite; its own words where nothing is known. */
export function adviceFor(error: unknown): Meaning {
  const advice = error instanceof Error ? error.message : String(error);
  return MEANINGS[primaryCode(error)] ?? { code: "store_failed", advice };
}

/** Whether another program holds the lock: that may pass. */
export function isLocked(error: unknown): boolean {
  return primaryCode(error) === BUSY;
}

/** Whether an error is the whole database's, so that no other statement would fare better. */
export function isOfWholeStore(error: unknown): boolean {
  return error instanceof StoreError || primaryCode(error) in MEANINGS;
}

/** What SQLite's code says, and what can be seen besides. */
function meaningOf(action: StoreAction, path: string, error: unknown): Meaning {
  const code = primaryCode(error);
  // Not every call that finds the disk full has a code for it.
  if (code === IO_ERROR && isDiskFull(path)) return FULL;
  // What was a database when it was opened, and is none any more, has been damaged.
  if (code === NOT_A_DATABASE && action !== "open") return DAMAGED;
  return adviceFor(error);
}

function isDiskFull(path: string): boolean {
  try {
    return statfsSync(dirname(path)).bavail === 0;
  } catch {
    return false;
  }
}

function primaryCode(error: unknown): number {
  const code = error instanceof Error && "errcode" in error ? Number(error.errcode) : 0;
  return code & 0xff;
}
