import { StoreError } from "../../domain/errors.ts";
import { type StoreAction, storeError } from "./failure.ts";
import { identityOf } from "./file-identity.ts";
import type { FolderLock } from "./lock.ts";

/** Whether what is written into the open database will be found again. */
export interface Health {
  /** @throws StoreError `store_damaged`, `store_unreachable`, `store_in_use` if nothing may be written now */
  check(): void;
  /** An error of SQLite as ours. Damage is remembered. */
  failureOf(action: StoreAction, error: unknown): StoreError;
}

/**
 * Watches over the database at `path` while it is open. SQLite itself goes on writing where it must not:
 * around a damaged page, and into files that were deleted or replaced, which are lost with the process.
 *
 * @param hold what keeps other processes from the folder
 */
export function createHealth(path: string, hold?: Pick<FolderLock, "check">): Health {
  const isInMemory = path === ":memory:";
  const opened = isInMemory ? null : identityOf(path);
  let logOpened: string | null = null;
  let damage: StoreError | null = null;

  const checkFiles = (): void => {
    // The log is made by the first write.
    logOpened ??= identityOf(`${path}-wal`);
    const isSame = identityOf(path) === opened && identityOf(`${path}-wal`) === logOpened;
    if (!isSame) throw gone(path);
  };

  return {
    check: () => {
      if (damage) throw damage;
      if (!isInMemory) checkFiles();
      hold?.check();
    },
    failureOf: (action, error) => {
      const failure = storeError(action, path, error);
      if (failure.code === "store_damaged") damage ??= failure;
      return failure;
    },
  };
}

function gone(path: string): StoreError {
  const advice =
    "the file or its log (-wal) was moved, deleted or replaced while Belfry runs; stop Belfry, put it back, and start again";
  return new StoreError("store_unreachable", `Cannot write to the database ${path}: ${advice}`);
}
