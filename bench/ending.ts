// What a measurement has started must not outlive it, whatever ends it.
import type { ChildProcess } from "node:child_process";
import { rmSync } from "node:fs";
import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const children = new Set<ChildProcess>();
const folders = new Set<string>();
let isWatching = false;

/** Kills a child when this process ends, also by a signal. */
export function endWithUs(child: ChildProcess): void {
  watch();
  children.add(child);
  child.once("exit", () => children.delete(child));
}

/** Removes a folder when this process ends, also by a signal. */
export function removeWithUs(folder: string): void {
  watch();
  folders.add(folder);
}

/** Removes a folder now. */
export function removeFolder(folder: string): void {
  folders.delete(folder);
  // Who was writing when it was killed may do so once more.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

function watch(): void {
  if (isWatching) return;
  isWatching = true;
  process.once("exit", () => {
    for (const child of children) child.kill("SIGKILL");
    for (const folder of folders) removeFolder(folder);
  });
  // By itself a signal ends a process without telling it.
  for (const signal of SIGNALS)
    process.once(signal, () => process.exit(128 + (constants.signals[signal] ?? 0)));
}
