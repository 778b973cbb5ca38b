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

/** What a `belfry` is run in; by default as a user runs it. */
export interface Surroundings {
  /** A command that runs it: `["prlimit", "--nofile=64"]`. */
  under?: readonly string[];
  /** Modules that are loaded before it, by URL. */
  imports?: readonly string[];
  /** The path of what is run instead of the launcher. */
  program?: string;
}

/** How long a command may take; then it is killed, and its code is null. */
const COMMAND_WITHIN_MS = 40_000;

/** How a command ended, and what it said. */
export interface CommandRun {
  code: number | null;
  out: string;
  err: string;
}

/** Spawns the real launcher with these settings alone; it cannot outlive this process. */
export function spawnBelfry(
  args: readonly string[],
  settings: BelfrySettings,
  { under = [], imports = [], program = LAUNCHER }: Surroundings = {},
): BelfryChild {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR, ...settings };
  const stdio = ["pipe", "pipe", "pipe"] as const;
  const loading = [END_WITH_PARENT, ...imports].flatMap((url) => ["--import", url]);
  const [command = "", ...rest] = [...under, process.execPath, ...loading, program, ...args];
  const child = spawn(command, rest, { env, stdio: [...stdio] });
  const killIt = (): void => void child.kill("SIGKILL");
  process.once("exit", killIt);
  child.once("exit", () => process.off("exit", killIt));
  return child;
}

/** Runs one command to its end. */
export async function runBelfry(
  args: readonly string[],
  settings: BelfrySettings,
  surroundings: Surroundings = {},
): Promise<CommandRun> {
  const child = spawnBelfry(args, settings, surroundings);
  const tooLong = setTimeout(() => child.kill("SIGKILL"), COMMAND_WITHIN_MS);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  clearTimeout(tooLong);
  return { code: typeof code === "number" ? code : null, out, err };
}
