import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../../domain/errors.ts";
import { adviceFor, isLocked } from "./failure.ts";
import { makePrivateFile } from "./private-file.ts";

const IN_USE = {
  code: "store_in_use",
  advice:
    "another Belfry runs on this folder; stop it first, or name another data folder: BELFRY_DATA, or `folder` when embedded",
};

/**
 * Holds a folder for this process alone, by SQLite's own file lock: the system drops it with the
 * process, however that ends. Whoever holds it knows that every lease in the store is of a dead process.
 *
 * @param path the lock file, `<data>/belfry.lock`
 * @returns a function that lets go
 * @throws StoreError `store_in_use` if another process, or this one, holds it already; others if the file
 *   cannot be used
 */
export function holdLock(path: string): () => void {
  makePrivateFile(path);
  let lock: DatabaseSync | undefined;
  try {
    // `belfry doctor` looks at the lock for a moment, which must not keep a server from its start.
    lock = new DatabaseSync(path, { timeout: 200 });
    // The transaction never writes, so nothing but the lock is made. SQLite's lasting locks would have those
    // who start at one instant keep each other out.
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock?.close();
    throw refusal(path, error);
  }
  const held = lock;
  return () => held.close();
}

function refusal(path: string, error: unknown): StoreError {
  const { code, advice } = isLocked(error) ? IN_USE : adviceFor(error);
  const what = code === "store_foreign" ? "it is not a lock of Belfry's; delete it" : advice;
  return new StoreError(code, `Cannot use ${path}: ${what}`, { cause: error });
}
