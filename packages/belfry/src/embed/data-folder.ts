import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { SettingError } from "../domain/errors.ts";
import { type FolderLock, holdLock } from "../store/sqlite/lock.ts";

/**
 * Makes the data folder where there is none, for its owner alone, and holds it.
 *
 * @param name what the folder was named by, for messages: `BELFRY_DATA`
 * @throws SettingError; StoreError `store_in_use`
 */
export function holdDataFolder(path: string, name: string): FolderLock {
  try {
    makeWithParents(resolve(path));
    if (!statSync(path).isDirectory()) throw new Error("it is no folder");
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new SettingError(`Cannot use ${name} = "${path}": the folder cannot be made or written (${cause})`);
  }
  return holdLock(join(path, "belfry.lock"));
}

/** Step by step, since Node's own recursive way never ends where a folder refuses to be made (/proc). */
function makeWithParents(path: string): void {
  if (existsSync(path)) return;
  makeWithParents(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}
