import { spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isOpenToOthers, type ServerUser } from "./server-user.ts";

const END_WITH_PARENT = fileURLToPath(new URL("end-with-parent.sh", import.meta.url));

/** A new folder for a server, which outlives neither this process nor its own disposal. */
export interface GuardedFolder {
  path: string;
  /** Tells what runs on it, so that it can be ended with this process; null once nothing does. */
  watch(pid: number | null): void;
  /** Removes it; nothing may run on it any more. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * @param user whose it shall be; null: ours
 * @param parent a temp folder; throws if it is closed to that user
 */
export function guardedFolder(user: ServerUser | null, parent: string): GuardedFolder {
  if (user && !isOpenToOthers(parent))
    throw new Error(`Cannot run PostgreSQL: ${parent} is closed to ${user.name}; set TMPDIR to another`);
  const path = mkdtempSync(join(parent, "belfry-postgres-"));
  if (user) chownSync(path, user.uid, user.gid);
  // In a group of its own: Ctrl-C in a terminal must not end the guard before what it guards.
  const guard = spawn("sh", [END_WITH_PARENT, path], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  const ended = once(guard, "exit");
  return {
    path,
    watch: (pid) => void guard.stdin.write(`${pid ?? ""}\n`),
    async [Symbol.asyncDispose]() {
      guard.stdin.end();
      const [code] = await ended;
      if (code !== 0) throw new Error(`Cannot remove ${path}: its guard ended with ${String(code)}`);
    },
  };
}
