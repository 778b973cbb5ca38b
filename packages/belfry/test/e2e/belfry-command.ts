import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const LAUNCHER = fileURLToPath(new URL("../../bin/belfry.js", import.meta.url));
const END_WITH_PARENT = new URL("end-with-parent.ts", import.meta.url).href;

/** Settings of Belfry: `{ BELFRY_PORT: "0" }`. */
export type BelfrySettings = Record<string, string>;

/** A `belfry` with its standard streams. */
export type BelfryChild = ChildProcessByStdio<Writable, Readable, Readable>;

/** How a command ended, and what it said. */
export interface CommandRun {
  code: number | null;
  out: string;
  err: string;
}

/** Spawns the real launcher with these settings alone; it cannot outlive this process. */
export function spawnBelfry(args: readonly string[], settings: BelfrySettings): BelfryChild {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR, ...settings };
  const stdio = ["pipe", "pipe", "pipe"] as const;
  const child = spawn(process.execPath, ["--import", END_WITH_PARENT, LAUNCHER, ...args], {
    env,
    stdio: [...stdio],
  });
  const killIt = (): void => void child.kill("SIGKILL");
  process.once("exit", killIt);
  child.once("exit", () => process.off("exit", killIt));
  return child;
}

/** Runs one command to its end; one that takes longer than `withinMs` is killed, and its code is null. */
export async function runBelfry(
  args: readonly string[],
  settings: BelfrySettings,
  withinMs = 20_000,
): Promise<CommandRun> {
  const child = spawnBelfry(args, settings);
  const tooLong = setTimeout(() => child.kill("SIGKILL"), withinMs);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  clearTimeout(tooLong);
  return { code: typeof code === "number" ? code : null, out, err };
}
