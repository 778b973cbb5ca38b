// How much of the machine others take: machines are shared, and a measurement that was disturbed says little.
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const LOOK_MS = 1_000;
const GIVE_UP_AFTER_MS = 600_000;

/** CPU used since the machine started, in hundredths of a second. */
interface Used {
  byAll: number;
  /** By this process and its children, those included that have ended. */
  byUs: number;
  /** What there was to use. */
  ever: number;
}

/** Watches from now on; the answer is the share of the machine that others have taken since, in percent. */
export function watchOthers(): () => number {
  const before = readUsed();
  return () => {
    const after = readUsed();
    const byOthers = after.byAll - before.byAll - (after.byUs - before.byUs);
    return Math.max(0, (100 * byOthers) / (after.ever - before.ever));
  };
}

/** Waits until others take no more than so much, in percent; for ten minutes at most. */
export async function untilQuiet(mostPercent: number): Promise<void> {
  const deadlineMs = performance.now() + GIVE_UP_AFTER_MS;
  let byOthers = Number.POSITIVE_INFINITY;
  while (byOthers > mostPercent && performance.now() < deadlineMs) {
    const watched = watchOthers();
    await sleep(LOOK_MS);
    byOthers = watched();
  }
}

/** The first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, and what other machines stole. */
function readUsed(): Used {
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n");
  const times = line.split(/\s+/).slice(1, 9).map(Number);
  const ever = times.reduce((sum, time) => sum + time, 0);
  const idle = (times[3] ?? 0) + (times[4] ?? 0);
  return { byAll: ever - idle, byUs: usedByTree(process.pid), ever };
}

interface Process {
  parent: number;
  /** With that of the children it has waited for. */
  used: number;
}

function usedByTree(root: number): number {
  const processes = new Map(readPids().flatMap((pid) => readProcess(pid)));
  const isOurs = (pid: number): boolean => {
    const parent = processes.get(pid)?.parent;
    return pid === root || (parent !== undefined && parent !== 0 && isOurs(parent));
  };
  let used = 0;
  for (const [pid, process] of processes) if (isOurs(pid)) used += process.used;
  return used;
}

function readPids(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Figures 4 and 14 to 17 of /proc/<pid>/stat; the second one is a name. Nothing if it has ended. */
function readProcess(pid: number): [number, Process][] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const figures = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const used = figures.slice(11, 15).reduce((sum, figure) => sum + Number(figure), 0);
    return [[pid, { parent: Number(figures[1]), used }]];
  } catch {
    return [];
  }
}
