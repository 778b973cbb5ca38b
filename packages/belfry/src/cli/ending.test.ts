import { spawnSync } from "node:child_process";
import { copyFileSync, linkSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as passTime } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type StartedServer, startServer } from "./test/started-server.ts";

const LAUNCHER = "packages/belfry/bin/belfry.js";
const CTRL_C = "\x03";
/** Whatever passes a signal on has done so by then. */
const PASSED_ON_MS = 300;

/** The command in a terminal of its own, made by util-linux's `script`. */
function inTerminal(command: string): string[] {
  return ["script", "-qec", `exec ${command}`, "/dev/null"];
}

const hasTerminal = spawnSync(inTerminal("true")[0] ?? "", inTerminal("true").slice(1)).status === 0;

/** Lets the delivery arrive once the server has heard of its end: it must have waited for it. */
async function endGracefully(server: StartedServer, signal: string): Promise<number | null> {
  await server.printed(new RegExp(`Stopping on ${signal}`));
  await passTime(PASSED_ON_MS);
  server.release();
  return server.ended;
}

let folder: string;
/** A Node that is not the checkout's own, and says that it is too old. */
let oldNode: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "belfry-old-node-")));
  const copy = join(folder, "node");
  try {
    linkSync(realpathSync(process.execPath), copy);
  } catch {
    copyFileSync(process.execPath, copy);
  }
  const isOld = `process.execPath.startsWith(${JSON.stringify(folder)})`;
  const fake = `if (${isOld}) Object.defineProperty(process, "versions", { value: { node: "20.0.0" } });`;
  writeFileSync(join(folder, "old.mjs"), fake);
  oldNode = `${copy} --import ${join(folder, "old.mjs")}`;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a server that is started from the checkout", () => {
  test("ends gracefully when npm is told to end", async () => {
    await using server = await startServer(["npm", "start"]);
    server.child.kill("SIGTERM");
    expect(await endGracefully(server, "SIGTERM")).toBe(0);
  });

  // `script` is of Linux's util-linux, and of FreeBSD with other options.
  describe.skipIf(!hasTerminal)("in a terminal", () => {
    test.each([
      ["by npm", () => "npm start"],
      ["by npm, with no input", () => "npm start < /dev/null"],
      ["by another Node", () => `${oldNode} ${LAUNCHER} start`],
      ["by another Node, with no input", () => `${oldNode} ${LAUNCHER} start < /dev/null`],
    ])("%s, ends gracefully by one Ctrl-C", async (_name, command) => {
      await using server = await startServer(inTerminal(command()));
      server.child.stdin?.write(CTRL_C);
      expect(await endGracefully(server, "SIGINT")).toBe(0);
    });
  });

  test("by another Node, ends gracefully when that alone is told to", async () => {
    await using server = await startServer([...oldNode.split(" "), LAUNCHER, "start"]);
    server.child.kill("SIGINT");
    expect(await endGracefully(server, "SIGINT")).toBe(0);
  });
});
