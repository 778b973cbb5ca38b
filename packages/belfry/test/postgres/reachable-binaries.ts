import { copyFileSync, linkSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  CHOICE,
  findServerBinaries,
  type ServerBinaries,
} from "../../../../tools/postgres/server-binaries.mjs";
import { isOpenToOthers, type ServerUser } from "./server-user.ts";

/** The server's binaries to test with. Throws if there are none. */
export function serverBinaries(): ServerBinaries {
  const binaries = findServerBinaries();
  if (binaries) return binaries;
  throw new Error(
    `Cannot find PostgreSQL 14 or newer to test with${process.env[CHOICE] ? ` (${CHOICE} is set)` : ""}: ` +
      "install it, or run node tools/postgres/install.mjs, as npm test does",
  );
}

/** Whether the server's user can run them where they lie. */
export function canReach(binaries: ServerBinaries, user: ServerUser | null): boolean {
  return !user || isOpenToOthers(join(binaries.folder, "postgres"));
}

/**
 * Where the server's user can run them. A checkout may lie in a folder that is closed to others: then what
 * came from npm, which runs wherever it lies, is brought into the server's own folder.
 */
export function reachableBinaries(binaries: ServerBinaries, user: ServerUser | null, folder: string): string {
  if (canReach(binaries, user)) return binaries.folder;
  if (binaries.origin !== "npm")
    throw new Error(`Cannot run PostgreSQL: ${binaries.folder} is closed to ${user?.name}`);
  const own = join(folder, "postgresql");
  linkTree(dirname(binaries.folder), own);
  return join(own, "bin");
}

/** Links where it can, which takes no time and no room, and copies from another disk. */
function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o755 });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkTree(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else linkOrCopy(source, target);
  }
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target);
  }
}
