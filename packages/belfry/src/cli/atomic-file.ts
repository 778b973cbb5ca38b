import { randomBytes } from "node:crypto";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { usageFailure } from "./exit-code.ts";

const PRIVATE_FILE = 0o600;

/** A file that is there whole or not at all. */
export interface AtomicFile {
  write(text: string): Promise<void>;
  /** Puts what was written in the place of what was there. */
  commit(): Promise<void>;
  /** Forgets what was written. */
  discard(): Promise<void>;
}

/**
 * Begins a file for its owner alone; nobody sees it under its name before it is whole.
 *
 * @throws CommandFailure if it cannot be written there
 */
export async function beginAtomicFile(path: string): Promise<AtomicFile> {
  // A link is followed, so that what it points to is replaced and not the link.
  const place = await realpath(path).catch(() => path);
  const present = await stat(place).catch(() => null);
  if (present && !present.isFile())
    throw usageFailure(`${path} is no file that could be replaced; leave --output out for standard output`);
  const temporary = `${place}.${randomBytes(6).toString("hex")}.tmp`;
  const file = await open(temporary, "wx", PRIVATE_FILE).catch((error: Error) => {
    throw usageFailure(`the file cannot be written: ${error.message}`);
  });
  return {
    write: (text) => file.writeFile(text),
    commit: async () => {
      await file.sync();
      await file.close();
      await rename(temporary, place);
      await syncFolder(dirname(place));
    },
    discard: async () => {
      await file.close();
      await rm(temporary, { force: true });
    },
  };
}

/** So that the new name, too, outlives a loss of power. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  await using folder = await open(path, "r");
  await folder.sync();
}
