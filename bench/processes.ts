import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { endWithUs, removeFolder, removeWithUs } from "./ending.ts";
import type { Arrivals } from "./receiver.ts";

const launcher = fileURLToPath(new URL("../packages/belfry/bin/belfry.js", import.meta.url));

/** A receiver in a process of its own. */
export interface Receiver {
  url: string;
  count(): Promise<number>;
  /** What has come since the last call. */
  take(): Promise<Arrivals>;
  stop(): void;
}

export async function startReceiver(): Promise<Receiver> {
  const child = fork(fileURLToPath(new URL("receiver.ts", import.meta.url)));
  endWithUs(child);
  const { port } = await answerOf<{ port: number }>(child);
  const ask = <Answer>(message: string): Promise<Answer> => {
    const answer = answerOf<Answer>(child);
    child.send(message);
    return answer;
  };
  return {
    url: `http://127.0.0.1:${port}/`,
    count: async () => (await ask<{ count: number }>("count")).count,
    take: async () => (await ask<{ arrivals: Arrivals }>("take")).arrivals,
    stop: () => child.disconnect(),
  };
}

async function answerOf<Answer>(child: ChildProcess): Promise<Answer> {
  const [message] = await once(child, "message");
  return message as Answer;
}

/** `belfry start`, as a user runs it. */
export interface Server {
  url: string;
  key: string;
  pid: number;
  /** The data folder. */
  folder: string;
  /** From the start of the process to the first answer of /readyz, in ms. */
  readyMs: number;
  /** Memory in use now, in bytes. */
  residentBytes(): number;
  /** The most memory that was in use so far, in bytes. */
  peakBytes(): number;
  /** CPU used so far, by itself and by the system for it, in ms. */
  cpuMs(): number;
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** Stays when the server stops; default: one of its own, which goes with it. */
  folder?: string;
  /** What is run; default: `belfry start`. */
  command?: readonly string[];
  /** Settings besides port, folder and what webhooks may reach. */
  settings?: Readonly<Record<string, string>>;
}

export async function startBelfry(options: ServerOptions = {}): Promise<Server> {
  const { folder = makeFolder(), command = [launcher, "start"] } = options;
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const own = { BELFRY_PORT: `${port}`, BELFRY_DATA: folder, BELFRY_WEBHOOK_ALLOW: "127.0.0.1" };
  const env = { ...process.env, ...options.settings, ...own };
  const begunMs = performance.now();
  const child = spawn(process.execPath, command, { env, stdio: ["ignore", "ignore", "inherit"] });
  endWithUs(child);
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, child);
  return {
    url,
    key: readFileSync(join(folder, "admin.key"), "utf8").trim(),
    pid: child.pid ?? 0,
    folder,
    readyMs: performance.now() - begunMs,
    residentBytes: () => memoryOf(child, "VmRSS"),
    peakBytes: () => memoryOf(child, "VmHWM"),
    cpuMs: () => cpuOf(child),
    stop: async () => {
      child.kill("SIGTERM");
      await once(child, "exit");
      if (options.folder === undefined) removeFolder(folder);
    },
  };
}

/** A new folder for data; it does not outlive this process. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "belfry-bench-"));
  removeWithUs(folder);
  return folder;
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const isReady = await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) return;
    await pause(5);
  }
  throw new Error("Cannot measure: belfry ended before it was ready");
}

/** A figure of /proc/<pid>/status, which counts in KiB. */
function memoryOf(child: ChildProcess, field: string): number {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) * 1_024;
}

/** Figures 14 and 15 of /proc/<pid>/stat, which counts in hundredths of a second; the second one is a name. */
function cpuOf(child: ChildProcess): number {
  const [, figures = ""] = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ");
  const [user, system] = figures.split(" ").slice(11, 13).map(Number);
  return ((user ?? Number.NaN) + (system ?? Number.NaN)) * 10;
}

/** Posts `count` requests in a process of its own; resolves with the rate seen by the receiver. */
export async function rawRate(receiver: Receiver, count: number): Promise<number> {
  const script = fileURLToPath(new URL("raw-client.ts", import.meta.url));
  const child = spawn(process.execPath, [script, receiver.url, `${count}`], { stdio: "inherit" });
  endWithUs(child);
  await once(child, "exit");
  return rateOf((await receiver.take()).atMs);
}

/** Events a second between the first and the last. */
export function rateOf(atMs: readonly number[]): number {
  const sorted = [...atMs].sort((a, b) => a - b);
  const seconds = ((sorted.at(-1) ?? 0) - (sorted[0] ?? 0)) / 1_000;
  return sorted.length / seconds;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}

export async function untilCount(receiver: Receiver, count: number, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  while ((await receiver.count()) < count) {
    if (performance.now() > deadline)
      throw new Error(`Cannot measure: ${await receiver.count()} of ${count} arrived`);
    await pause(100);
  }
}
