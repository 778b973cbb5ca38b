import { accessSync, constants, existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../../domain/errors.ts";
import { adviceFor, isLocked } from "./failure.ts";
import { identityOf } from "./file-identity.ts";
import { makePrivateFile } from "./private-file.ts";

const IN_USE = {
  code: "store_in_use",
  advice:
    "another Belfry runs on this folder; stop it first, or name another data folder: BELFRY_DATA, or `folder` when embedded",
};

/** A folder held for this process alone. */
export interface FolderLock {
  /**
   * To be called before each write. Whoever takes the file for a stale one may delete it, and another
   * process then holds a new one: it is held again if nobody has.
   *
   * @throws StoreError `store_in_use`, from then on for ever; others as long as there is no holding it
   */
  check(): void;
  letGo(): void;
}

/**
 * Holds a folder for this process alone, by SQLite's own file lock: the system drops it with the
 * process, however that ends. Whoever holds it knows that every lease in the store is of a dead process.
 *
 * @param path the lock file, `<data>/belfry.lock`
 * @throws StoreError `store_in_use` if another process, or this one, holds it already; others if the file
 *   cannot be used
 */
export function holdLock(path: string): FolderLock {
  let held = take(path);
  let identity = identityOf(path);
  let loss: StoreError | null = null;

  const takeAgain = (): void => {
    try {
      const again = take(path);
      held.close();
      held = again;
      identity = identityOf(path);
    } catch (error) {
      if (error instanceof StoreError && error.code === IN_USE.code) loss = error;
      throw error;
    }
  };
  return {
    check: () => {
      if (loss !== null) throw loss;
      if (identityOf(path) !== identity) takeAgain();
    },
    letGo: () => held.close(),
  };
}

function take(path: string): DatabaseSync {
  makePrivateFile(path);
  refuseReadOnly(path);
  let lock: DatabaseSync | undefined;
  try {
    // `belfry doctor` looks at the lock for a moment, which must not keep a server from its start.
    lock = new DatabaseSync(path, { timeout: 200 });
    // The transaction never writes, so nothing but the lock is made. SQLite's lasting locks would have those
    // who start at one instant keep each other out.
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock?.close();
    throw refusal(path, error);
  }
}

/** SQLite opens what it may only read all the same, and such a lock keeps nobody out. */
function refuseReadOnly(path: string): void {
  try {
    accessSync(path, constants.W_OK);
  } catch (error) {
    // Where there is none, SQLite says why it cannot make one.
    if (!existsSync(path)) return;
    const advice = "the file is read-only; make it writable, or delete it";
    throw new StoreError("store_read_only", `Cannot use ${path}: ${advice}`, { cause: error });
  }
}

function refusal(path: string, error: unknown): StoreError {
  const { code, advice } = isLocked(error) ? IN_USE : adviceFor(error);
  const what = code === "store_foreign" ? "it is not a lock of Belfry's; delete it" : advice;
  return new StoreError(code, `Cannot use ${path}: ${what}`, { cause: error });
}
