import { constants } from "node:fs";
import {
  chmod,
  copyFile,
  link,
  mkdir,
  mkdtemp,
  open,
  readFile,
  realpath,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { SettingError } from "../domain/errors.ts";

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;
const OPEN_TO_OTHERS = 0o077;

/** A file that keeps a secret, as it was found. */
export interface SecretFile {
  /** Without white space around it. */
  text: string;
  /** What an operator should mend, else null. */
  warning: string | null;
}

/**
 * Reads a secret, or undefined if there is no such file.
 *
 * @param what names the secret in messages: `the admin key`
 * @throws SettingError if the file cannot be read or is empty
 */
export async function readSecretFile(path: string, what: string): Promise<SecretFile | undefined> {
  try {
    const text = (await readFile(path, "utf8")).trim();
    if (text === "") throw new SettingError(`Cannot read ${what}: ${path} is empty; fill it, or delete it`);
    return { text, warning: openModeWarning(path, (await stat(path)).mode) };
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
    if (error instanceof SettingError) throw error;
    throw new SettingError(`Cannot read ${what}: ${systemReason(error, path)}`);
  }
}

/**
 * Writes a secret where there is none, whole or not at all: to a file of its own first, which is then
 * linked to its name. Of two starts at once, one wins and the other is told.
 *
 * @param what names the secret in messages: `the admin key`
 * @returns false if the file is there already; it is left as it is
 * @throws SettingError if the folder cannot be written
 */
export async function createSecretFile(path: string, text: string, what: string): Promise<boolean> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
    return await viaTemporary(path, text, (temporary) => nameOnce(temporary, path));
  } catch (error) {
    throw new SettingError(`Cannot write ${what}: ${systemReason(error, path)}`);
  }
}

/**
 * Writes a secret in the place of the one that is there, whole or not at all, and closes the folder to
 * others. A link is followed, so that what it points to is replaced and not the link.
 *
 * @param what names the secret in messages: `the list of servers`
 * @throws SettingError if the folder cannot be written
 */
export async function replaceSecretFile(path: string, text: string, what: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
    await chmod(dirname(path), PRIVATE_FOLDER);
    const place = await realpath(path).catch(() => path);
    await viaTemporary(place, text, (temporary) => rename(temporary, place));
    await syncFolder(dirname(place));
  } catch (error) {
    throw new SettingError(`Cannot write ${what}: ${systemReason(error, path)}`);
  }
}

/** Writes a text to a file of its own beside `path`, for `finish` to give it its name. */
async function viaTemporary<Result>(
  path: string,
  text: string,
  finish: (temporary: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(`${path}.`);
  try {
    const temporary = join(folder, "new");
    await writeToDisk(temporary, text);
    return await finish(temporary);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeToDisk(path: string, text: string): Promise<void> {
  await using file = await open(path, "wx", PRIVATE_FILE);
  await file.writeFile(`${text}\n`);
  await file.sync();
}

/** Renaming would replace a file that is there; a link never does. */
async function nameOnce(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path).catch((error: unknown) => {
      if (hasCode(error, "EEXIST")) throw error;
      // Some file systems have no links; there a copy that refuses to replace is the next best.
      return copyFile(temporary, path, constants.COPYFILE_EXCL);
    });
    await syncFolder(dirname(path));
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

/** So that the new name, too, outlives a loss of power. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  await using folder = await open(path, "r");
  await folder.sync();
}

function openModeWarning(path: string, mode: number): string | null {
  if (process.platform === "win32" || (mode & OPEN_TO_OTHERS) === 0) return null;
  const digits = (mode & 0o777).toString(8);
  return `${path} is open to other users of this machine (mode ${digits}): run \`chmod 600 ${path}\``;
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/** `EACCES: permission denied, open 'data/admin.key'` says it well enough; not every reason names the file. */
function systemReason(error: unknown, path: string): string {
  const reason = error instanceof Error ? error.message : String(error);
  return reason.includes(path) ? reason : `${path}: ${reason}`;
}
