import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../../domain/errors.ts";
import { makePrivateFile } from "./private-file.ts";

/**
 * Holds a folder for this process alone, by SQLite's own file lock: the system drops it with the
 * process, however that ends. Whoever holds it knows that every lease in the store is of a dead process.
 *
 * @param path the lock file, `<data>/belfry.lock`
 * @returns a function that lets go
 * @throws StoreError `store_in_use` if another process, or this one, holds it already
 */
export function holdLock(path: string): () => void {
  makePrivateFile(path);
  // `belfry doctor` looks at the lock for a moment, which must not keep a server from its start.
  const lock = new DatabaseSync(path, { timeout: 200 });
  try {
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE;");
  } catch (error) {
    lock.close();
    throw new StoreError(
      "store_in_use",
      `Cannot use ${path}: another Belfry runs on this folder; stop it first, or name another data folder: BELFRY_DATA, or \`folder\` when embedded`,
      {
        cause: error,
      },
    );
  }
  return () => lock.close();
}
