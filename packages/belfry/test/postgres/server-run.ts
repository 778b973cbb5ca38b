import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { serverEnvironment } from "./server-environment.ts";
import type { ServerPlace } from "./server-place.ts";

const LOOK_EVERY_MS = 5;
const READY_WITHIN_MS = 60_000;
/** The lines of postmaster.pid that are read here, see `miscadmin.h` of PostgreSQL. */
const [PID_LINE, STATUS_LINE] = [0, 7];

/** One run of a server, from spawn to exit. */
export interface ServerRun {
  child: ChildProcess;
  pid: number;
  ended: Promise<unknown>;
}

/** Where a server's runs write their log. */
export function logPath({ folder }: ServerPlace): string {
  return join(folder.path, "server.log");
}

/** Spawns the server; it cannot outlive this process. */
export function spawnServer(place: ServerPlace, port: number): ServerRun {
  const { folder, user, binaries } = place;
  const log = openSync(logPath(place), "a");
  const child = spawn(join(binaries, "postgres"), ["-D", join(folder.path, "data"), "-p", String(port)], {
    ...user,
    cwd: folder.path,
    env: serverEnvironment(),
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const { pid } = child;
  // What cannot be run is told by the pid that is missing.
  child.once("error", () => {});
  if (pid === undefined) throw new Error(`Cannot start PostgreSQL: ${binaries}/postgres cannot be run`);
  folder.watch(pid);
  child.once("exit", () => folder.watch(null));
  return { child, pid, ended: once(child, "exit") };
}

/** Resolves once a run says that it is as far; false if it has ended before. Throws if it takes too long. */
export async function reached(
  place: ServerPlace,
  run: ServerRun,
  status: "starting" | "ready",
): Promise<boolean> {
  const startedAt = performance.now();
  for (;;) {
    if (run.child.exitCode !== null || run.child.signalCode !== null) return false;
    const said = statusOf(place, run);
    // A standby takes connections, and is as ready as it gets.
    if (said === "ready" || said === "standby" || said === status) return true;
    if (performance.now() - startedAt > READY_WITHIN_MS)
      throw new Error(`Cannot start PostgreSQL: it was not ready within ${READY_WITHIN_MS} ms`);
    await sleep(LOOK_EVERY_MS);
  }
}

/** As `pg_ctl` reads it; empty while the file is missing, or is one that a killed run has left. */
function statusOf({ folder }: ServerPlace, { pid }: ServerRun): string {
  try {
    const lines = readFileSync(join(folder.path, "data/postmaster.pid"), "utf8").split("\n");
    return Number(lines[PID_LINE]) === pid ? (lines[STATUS_LINE] ?? "").trim() : "";
  } catch {
    return "";
  }
}
