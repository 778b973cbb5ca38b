import { execFileSync } from "node:child_process";

/** How much memory a process holds, in MiB. */
export function residentMiB(pid: number): number {
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024;
}
