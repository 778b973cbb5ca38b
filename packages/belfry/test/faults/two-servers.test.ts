import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { runBelfry, spawnBelfry } from "../e2e/belfry-command.ts";
import { BelfryProcess } from "../e2e/belfry-process.ts";
import { startRecordingReceiver } from "../receivers/recording-receiver.ts";

const AT_ONCE = 10;
const WAIT = { timeout: 15_000, interval: 50 };
/** Ten starts at once take as long as ten after each other. */
const WAIT_FOR_ALL = { timeout: 45_000, interval: 50 };
const IN_USE = /^Cannot use \S+belfry\.lock: another Belfry runs on this folder; stop it first.+\n$/;
const LOCK = JSON.stringify(new URL("../../src/store/sqlite/lock.ts", import.meta.url).href);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "belfry-two-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Asks for the lock at an instant, to the millisecond, and holds it until the test goes on. */
function askForLock(path: string, atMs: number) {
  const script = `
    const { holdLock } = await import(${LOCK});
    while (Date.now() < ${atMs});
    try { globalThis.lock = holdLock(${JSON.stringify(path)}); console.log("held"); }
    catch (error) { console.log(error.code); }
    process.stdin.resume();`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script]);
  const answer = once(child.stdout, "data").then(([chunk]) => String(chunk).trim());
  return { answer, end: () => child.stdin.end() };
}

describe("one folder", () => {
  test(`is won by exactly one of ${AT_ONCE} servers that start at once`, async () => {
    const settings = { BELFRY_PORT: "0", BELFRY_DATA: join(folder, "data") };
    const children = Array.from({ length: AT_ONCE }, () => spawnBelfry(["start"], settings));
    const outs = children.map(() => "");
    const codes = new Map<number, number>();
    for (const [i, child] of children.entries()) {
      child.stdout.on("data", (chunk) => (outs[i] += String(chunk)));
      child.once("exit", (code) => codes.set(i, code ?? -1));
    }
    const complaints = Promise.all(children.map(({ stderr }) => text(stderr)));
    try {
      await vi.waitFor(() => expect(codes.size).toBe(AT_ONCE - 1), WAIT_FOR_ALL);
      const [winner = -1] = children.flatMap((_, i) => (codes.has(i) ? [] : [i]));
      await vi.waitFor(() => expect(outs[winner]).toContain("is ready at"), WAIT);
      expect([...codes.values()]).toEqual(Array(AT_ONCE - 1).fill(1));
    } finally {
      for (const child of children) child.kill();
    }
    expect((await complaints).filter((said) => IN_USE.test(said))).toHaveLength(AT_ONCE - 1);
  }, 60_000);

  test("has exactly one holder however exactly at once it is asked for", async () => {
    for (let round = 0; round < 2; round++) {
      const path = join(folder, `${round}.lock`);
      const atMs = Date.now() + 1_000;
      const asking = Array.from({ length: 6 }, () => askForLock(path, atMs));
      const answers = await Promise.all(asking.map(({ answer }) => answer));
      for (const { end } of asking) end();
      expect(answers.sort()).toEqual(["held", ...Array(5).fill("store_in_use")]);
    }
  });

  test("of a server that was killed is free at once, whatever is left of its lock", async () => {
    await using belfry = await BelfryProcess.start();
    await belfry.kill();
    expect(existsSync(join(belfry.dataFolder, "belfry.lock"))).toBe(true);
    await belfry.restart();
  });

  test("whose lock is no lock names the file and what to do", async () => {
    await using belfry = await BelfryProcess.start();
    await belfry.stop();
    writeFileSync(join(belfry.dataFolder, "belfry.lock"), "4711\n".repeat(1_000));
    const { code, err } = await runBelfry(["start"], belfry.settings);
    expect(code).toBe(1);
    expect(err).toMatch(/^Cannot use \S+belfry\.lock: it is not a lock of Belfry's; delete it\n$/);
    rmSync(join(belfry.dataFolder, "belfry.lock"));
    await belfry.restart();
  });
});

describe("a lock that is deleted under a running server", () => {
  test("is held again by it, so that a second server is refused", async () => {
    await using belfry = await BelfryProcess.start();
    rmSync(join(belfry.dataFolder, "belfry.lock"));
    const client = await belfry.client();
    await client.reminders.create({ schedule: { in: "PT1H" }, to: { channel: "inbox" }, message: "goes on" });
    const { code, err } = await runBelfry(["start"], belfry.settings);
    expect(code).toBe(1);
    expect(err).toMatch(IN_USE);
  });

  test("and taken by a second one, lets the first promise nothing any more", async () => {
    await using first = await BelfryProcess.start();
    const key = first.key;
    rmSync(join(first.dataFolder, "belfry.lock"));
    const second = spawnBelfry(["start"], first.settings);
    try {
      let out = "";
      second.stdout.on("data", (chunk) => (out += String(chunk)));
      await vi.waitFor(() => expect(out).toContain("is ready at"), WAIT);
      const request = { schedule: { in: "PT1H" }, to: { channel: "inbox" }, message: "lost" };
      const headers = { authorization: `Bearer ${key}` };
      const answer = await first.api("POST", "/v1/reminders", request, headers);
      expect(answer).toMatchObject({ status: 503, body: { code: "store_in_use" } });
      await vi.waitFor(
        async () => expect(await first.api("GET", "/readyz")).toMatchObject({ status: 503 }),
        WAIT,
      );
      expect(first.complaints).toMatch(/another Belfry runs on this folder/);
    } finally {
      second.kill();
    }
  });
});

test("a copy of a folder runs beside it, and sends the same under the same ids", async () => {
  await using receiver = await startRecordingReceiver();
  await using belfry = await BelfryProcess.start();
  const client = await belfry.client();
  const to = { channel: "webhook", address: receiver.url };
  await client.reminders.create({ schedule: { in: "PT5S" }, to, message: "one" });
  cpSync(belfry.dataFolder, join(folder, "data"), { recursive: true });
  await using copy = await BelfryProcess.start({}, { folder });
  await receiver.received(2);
  expect(new Set(receiver.requests.map(({ id }) => id)).size).toBe(1);
  expect(await copy.stop()).toMatchObject({ code: 0 });
  expect(await belfry.stop()).toMatchObject({ code: 0 });
});
