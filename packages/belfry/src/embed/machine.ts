import { readFileSync, readlinkSync } from "node:fs";
import type { Worker } from "../domain/worker.ts";

/**
 * Names where this process has its number: one boot of a machine, and one container on it, for several may have
 * the same host name. Null where the system does not tell (anything but Linux).
 */
export function readMachine(): string | null {
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return null;
  }
}

/** Tells of a process of the same machine whether it has ended; of one elsewhere nothing is known, so false. */
export function endedOn(machine: string | null): (worker: Pick<Worker, "machine" | "pid">) => boolean {
  return (worker) => machine !== null && worker.machine === machine && !isThere(worker.pid);
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Any other error is of one that is there, such as another user's.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
