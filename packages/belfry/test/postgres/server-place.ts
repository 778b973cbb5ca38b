import { tmpdir } from "node:os";
import { type GuardedFolder, guardedFolder } from "./guarded-folder.ts";
import { memoryFolder } from "./memory-folder.ts";
import { canReach, reachableBinaries, serverBinaries } from "./reachable-binaries.ts";
import { type ServerUser, serverUser } from "./server-user.ts";

/** Where a server lives, and as whom. */
export interface ServerPlace {
  /** Holds its data folder `data`, its socket, its log and its certificate. */
  folder: GuardedFolder;
  /** Null: as ourselves. */
  user: ServerUser | null;
  /** The folder of its binaries. */
  binaries: string;
  /** Their version. */
  major: number;
}

/**
 * A place of its own for a server: on the disk if it is to be durable, else in memory if there is room.
 * Throws if there are no binaries, or none that its user can reach.
 */
export async function serverPlace({ durable = false }: { durable?: boolean }): Promise<ServerPlace> {
  const found = serverBinaries();
  const user = serverUser();
  // What has to be brought along may not be run in memory: some systems forbid it.
  const isInMemory = !durable && canReach(found, user);
  const folder = guardedFolder(user, (isInMemory ? memoryFolder() : null) ?? tmpdir());
  try {
    return { folder, user, binaries: reachableBinaries(found, user, folder.path), major: found.major };
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    throw error;
  }
}
