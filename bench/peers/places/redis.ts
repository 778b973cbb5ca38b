import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../../packages/belfry/test/postgres/free-port.ts";
import { endWithUs, removeFolder, removeWithUs } from "../../ending.ts";
import { pause } from "../../processes.ts";
import { killed } from "../processes/child.ts";
import type { Place, StorePlace } from "./place.ts";

const SETTINGS = { appendonly: "yes", appendfsync: "everysec", save: "", hz: "100" };

/** Redis of the machine; null where there is none. */
export function findRedisPlace(): Place | null {
  const { status, stdout } = spawnSync("redis-server", ["--version"], { encoding: "utf8" });
  if (status !== 0) return null;
  const version = /v=(\S+)/.exec(stdout)?.[1] ?? "";
  return { describe: async () => ({ version, ...SETTINGS }), open: openStore, close: async () => {} };
}

/** A server for each store. */
async function openStore(): Promise<StorePlace> {
  const folder = mkdtempSync(join(tmpdir(), "belfry-redis-"));
  removeWithUs(folder);
  const port = await freePort();
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => [`--${name}`, value]);
  const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, ...settings];
  const child = spawn("redis-server", args, { stdio: "ignore" });
  endWithUs(child);
  await untilReady(port, child);
  const emptyBytes = await usedBytes(port);
  return {
    address: `redis://127.0.0.1:${port}`,
    settle: () => untilRewritten(port),
    bytes: async () => (await usedBytes(port)) - emptyBytes,
    drop: async () => {
      await killed(child);
      removeFolder(folder);
    },
  };
}

async function untilReady(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const answer = await ask(port, "PING").catch(() => "");
    if (answer.includes("PONG")) return;
    await pause(10);
  }
  throw new Error("Cannot start Redis: it ended at once");
}

async function untilRewritten(port: number): Promise<void> {
  while (/aof_rewrite_(in_progress|scheduled):1/.test(await ask(port, "INFO persistence"))) await pause(50);
}

async function usedBytes(port: number): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await ask(port, "INFO memory"))?.[1]);
}

/** One inline command. */
function ask(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    socket.on("data", (chunk) => {
      answer += String(chunk);
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
    socket.write(`${command}\r\nQUIT\r\n`);
  });
}
