import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const LOOK_EVERY_MS = 5;

/** Kills a process and its children at once, and resolves when all are gone. */
export async function killTree(pid: number): Promise<void> {
  // Stopped first, so that it cannot answer the death of a child by another child.
  process.kill(pid, "SIGSTOP");
  while (isAlive(pid) && statOf(pid)?.state !== "T") await sleep(LOOK_EVERY_MS);
  const all = [pid, ...childrenOf(pid)];
  for (const one of all) killIfThere(one);
  while (all.some(isAlive)) await sleep(LOOK_EVERY_MS);
}

function childrenOf(parent: number): number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => statOf(pid)?.parent === parent);
}

/** Whether a process runs; one that is dead but not yet waited for by its parent does not. */
export function isAlive(pid: number): boolean {
  const stat = statOf(pid);
  return stat !== null && stat.state !== "Z" && stat.state !== "X";
}

/** Null if there is no such process. See proc(5); the name, in brackets, may hold anything. */
function statOf(pid: number): { state: string; parent: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state = "", parent = ""] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state, parent: Number(parent) };
  } catch {
    return null;
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}
