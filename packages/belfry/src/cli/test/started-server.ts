import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient } from "../../client/client.ts";

const ROOT = fileURLToPath(new URL("../../../../../", import.meta.url));
const KEY = `bel_${"k".repeat(40)}`;
const READY = /is ready at (http:\S+)/;

/** A server as a person starts it: by a command line, with one delivery on its way that does not come to its end. */
export interface StartedServer {
  /** The process that was started: npm, or a terminal. */
  child: ChildProcess;
  /** Resolves once this was printed. */
  printed(text: RegExp): Promise<string>;
  /** Lets the delivery arrive. */
  release(): void;
  /** The code that the command line ended with, once it has. */
  ended: Promise<number | null>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** @param command and its arguments; it is run in the root of the checkout */
export async function startServer([command = "", ...args]: readonly string[]): Promise<StartedServer> {
  const folder = mkdtempSync(join(tmpdir(), "belfry-started-"));
  const receiver = await hangingReceiver();
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    BELFRY_DATA: join(folder, "data"),
    BELFRY_PORT: "0",
    BELFRY_ADMIN_KEY: KEY,
    BELFRY_WEBHOOK_ALLOW: "127.0.0.1",
    npm_config_ignore_scripts: "true",
    npm_config_update_notifier: "false",
  };
  const child = spawn(command, args, { cwd: ROOT, env, stdio: ["pipe", "pipe", "pipe"], detached: true });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const printed = readerOf(child);
  const url = READY.exec(await printed(READY))?.[1] ?? "";
  const reminder = { schedule: { in: "PT0.1S" }, message: "stuck" };
  const to = { channel: "webhook", address: receiver.url };
  await createClient({ url, key: KEY }).reminders.create({ ...reminder, to });
  await receiver.asked;
  const dispose = async (): Promise<void> => {
    killGroup(child);
    await ended;
    receiver.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { child, printed, release: receiver.release, ended, [Symbol.asyncDispose]: dispose };
}

/** Takes one request, and answers it when it is told to. */
async function hangingReceiver() {
  const answers: ServerResponse[] = [];
  const asked = Promise.withResolvers<void>();
  const server = createServer((_, response) => {
    answers.push(response);
    asked.resolve();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const release = (): void => {
    for (const answer of answers) answer.end();
  };
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, asked: asked.promise, release, close };
}

function readerOf(child: ChildProcess): StartedServer["printed"] {
  let all = "";
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      all += chunk.toString();
      for (const look of waiting) look();
    });
  }
  return (text) =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (text.test(all)) resolve(all);
      };
      waiting.add(look);
      child.once("exit", () => reject(new Error(`Cannot find ${text}: it ended, having printed ${all}`)));
      look();
    });
}

function killGroup({ pid = 0 }: ChildProcess): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}
