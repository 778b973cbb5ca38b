import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test, vi } from "vitest";
import type { DeliveryResource } from "../../src/http/schemas/delivery.ts";
import type { ReminderInput, ReminderResource } from "../../src/http/schemas/reminder.ts";
import { runBelfry } from "../e2e/belfry-command.ts";
import { BelfryProcess } from "../e2e/belfry-process.ts";
import { type RecordingReceiver, startRecordingReceiver } from "../receivers/recording-receiver.ts";
import { faultLines } from "./fault-lines.ts";
import { SmallDisk, whyNoDisk } from "./small-disk.ts";

const WAIT = { timeout: 10_000, interval: 50 };
/** Tests that run at once take as long as all of them after each other. */
const TOGETHER_MS = 60_000;
/** Each of those that are in flight when the disk fills up, and of those that fall due while it is full. */
const COUNT = 40;
const LATER_MS = 2_500;
const MIB = 1024 ** 2;

const noDisk = whyNoDisk();
const noLimits = spawnSync("prlimit", ["--version"]).error ? "there is no prlimit here" : null;
const unless = (reason: string | null): string => (reason === null ? "" : ` (skipped: ${reason})`);

function reminderOf(receiver: RecordingReceiver, message: string, inMs: number): ReminderInput {
  const to = { channel: "webhook", address: receiver.url };
  // One attempt alone: what fails here must not use it up.
  return { schedule: { in: `PT${inMs / 1_000}S` }, to, message, retry: { maxAttempts: 1 } };
}

/** Some are on their way when `break_` is called, whose outcomes cannot be recorded then; others fall due. */
async function acceptThenBreak(belfry: BelfryProcess, receiver: RecordingReceiver, break_: () => void) {
  const client = await belfry.client();
  const batch = Array.from({ length: COUNT }, (_, i) => [
    reminderOf(receiver, `on its way ${i}`, 300),
    reminderOf(receiver, `later ${i}`, LATER_MS),
  ]);
  await client.reminders.createBatch(batch.flat());
  await receiver.received(COUNT);
  break_();
}

interface Refusals {
  /** How many were promised all the same: there is often some room left. */
  accepted: number;
  codes: Set<string>;
}

/** Asks for reminders as long as the store is broken, and for longer than the later ones wait. */
async function askWhileBroken(belfry: BelfryProcess, receiver: RecordingReceiver): Promise<Refusals> {
  const refusals: Refusals = { accepted: 0, codes: new Set() };
  const endMs = performance.now() + LATER_MS + 500;
  while (performance.now() < endMs) {
    const request = reminderOf(receiver, "x".repeat(2_000), 100);
    const answer = await belfry.api<ReminderResource & { code: string }>("POST", "/v1/reminders", request);
    if (answer.status === 201) refusals.accepted += 1;
    else {
      expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
      refusals.codes.add(answer.body.code);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return refusals;
}

async function expectReady(belfry: BelfryProcess, status: number): Promise<void> {
  await vi.waitFor(async () => expect(await belfry.api("GET", "/readyz")).toMatchObject({ status }), WAIT);
}

/** Faults that are alike share a line, however long it lasts. */
function expectFewLines(faults: ReturnType<typeof faultLines>): void {
  const alike = faults.reduce((sum, fault) => sum + (fault.alike ?? 0), 0);
  expect(alike).toBeGreaterThan(50);
  expect(faults.length).toBeLessThan(alike / 4);
}

/** Everything that was promised has arrived, at the first attempt, and nothing twice. */
async function expectAllDelivered(belfry: BelfryProcess, receiver: RecordingReceiver, count: number) {
  const client = await belfry.client();
  const deliveries = await vi.waitFor(async () => {
    const all: DeliveryResource[] = await Array.fromAsync(client.deliveries.all({ limit: 100 }));
    expect(all.filter(({ state }) => state === "delivered")).toHaveLength(count);
    return all;
  }, WAIT);
  expect(deliveries.map(({ attempts }) => attempts.map(({ outcome }) => outcome))).toEqual(
    deliveries.map(() => ["delivered"]),
  );
  expect(new Set(receiver.requests.map(({ id }) => id)).size).toBe(count);
  expect(receiver.requests).toHaveLength(count);
}

describe.concurrent("while the store cannot write", { timeout: TOGETHER_MS }, () => {
  test.skipIf(noDisk !== null)(
    `as its disk is full, it says so, and goes on by itself once there is room${unless(noDisk)}`,
    async () => {
      using disk = new SmallDisk("8m");
      await using receiver = await startRecordingReceiver({ delayMs: 500 });
      await using belfry = await BelfryProcess.start({}, { folder: disk.folder });
      await acceptThenBreak(belfry, receiver, () => disk.fill());
      const { accepted, codes } = await askWhileBroken(belfry, receiver);
      expect(codes).toEqual(new Set(["store_full"]));
      await expectReady(belfry, 503);
      expect(await belfry.api("GET", "/healthz")).toMatchObject({ status: 200 });
      disk.makeRoom();
      await expectAllDelivered(belfry, receiver, 2 * COUNT + accepted);
      await expectReady(belfry, 200);
      const faults = faultLines(belfry.complaints);
      expect(faults[0]?.err?.message).toMatch(
        /^Cannot write to the database \S+belfry\.db: the disk is full/,
      );
      expectFewLines(faults);
      expect(await belfry.stop()).toMatchObject({ code: 0 });
    },
  );

  test.skipIf(noLimits !== null)(
    `as its files may not grow, it does the same${unless(noLimits)}`,
    async () => {
      await using receiver = await startRecordingReceiver({ delayMs: 500 });
      await using belfry = await BelfryProcess.start();
      const limit = (bytes: number | "unlimited"): void =>
        void spawnSync("prlimit", ["--pid", String(belfry.child.pid), `--fsize=${bytes}:unlimited`]);
      const sizes = ["belfry.db", "belfry.db-wal"].map(
        (name) => statSync(join(belfry.dataFolder, name)).size,
      );
      await acceptThenBreak(belfry, receiver, () => limit(Math.min(...sizes) / 2));
      const { accepted, codes } = await askWhileBroken(belfry, receiver);
      expect(codes).toEqual(new Set(["store_failed"]));
      await expectReady(belfry, 503);
      limit("unlimited");
      await expectAllDelivered(belfry, receiver, 2 * COUNT + accepted);
      await expectReady(belfry, 200);
      expectFewLines(faultLines(belfry.complaints));
    },
  );

  test.skipIf(noDisk !== null)(
    `a signal to end still ends it in time; the next start sends the rest${unless(noDisk)}`,
    async () => {
      using disk = new SmallDisk("8m");
      await using receiver = await startRecordingReceiver();
      await using belfry = await BelfryProcess.start({}, { folder: disk.folder });
      const client = await belfry.client();
      await client.reminders.create(reminderOf(receiver, "waits", 3_000));
      // In a worker's hands, which it cannot give back.
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      disk.fill();
      const { code, tookMs } = await belfry.stop();
      expect(code).toBe(0);
      expect(tookMs).toBeLessThan(5_000);
      disk.makeRoom();
      await belfry.restart();
      await receiver.received(1);
    },
  );
});

/** A log that was written once is written over, and takes no more of the disk: a short while could be survived in it. */
function giveUpLog({ dataFolder }: BelfryProcess): void {
  // Whoever closes it last puts it into the database, and deletes it.
  const db = new DatabaseSync(join(dataFolder, "belfry.db"));
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
}

describe.skipIf(noDisk !== null)(`a start on a full disk${unless(noDisk)}`, () => {
  test("ends with the reason in one line, and the next one finds all as it was", async () => {
    using disk = new SmallDisk("8m");
    await using receiver = await startRecordingReceiver();
    await using belfry = await BelfryProcess.start({}, { folder: disk.folder });
    const client = await belfry.client();
    const { id } = await client.reminders.create(reminderOf(receiver, "kept", 60_000));
    await belfry.kill();
    giveUpLog(belfry);
    disk.fill();
    const { code, err } = await runBelfry(["start"], belfry.settings);
    expect(code).toBe(1);
    expect(err).toMatch(/^Cannot \S+ .*belfry\.db: the disk is full; make room\n$/);
    disk.makeRoom();
    await belfry.restart();
    expect(await (await belfry.client()).reminders.get(id)).toMatchObject({ state: "active" });
  });

  test("also of a folder that is new, and the next one makes it", async () => {
    using disk = new SmallDisk("1m");
    const settings = { BELFRY_DATA: join(disk.folder, "data"), BELFRY_PORT: "0" };
    disk.fill();
    const { code, err } = await runBelfry(["start"], settings);
    expect([1, 2]).toContain(code);
    expect(err).toMatch(/^Cannot .*(no space left|disk is full).*\n$/);
    disk.makeRoom();
    const { code: after } = await runBelfry(["tick"], settings);
    expect(after).toBe(0);
  });
});

describe.skipIf(noDisk !== null)(`a log on a full disk${unless(noDisk)}`, () => {
  test("ends nothing, and is written again once there is room", async () => {
    using disk = new SmallDisk("1m");
    const log = join(disk.folder, "belfry.log");
    const under = ["sh", "-c", `exec "$@" 2>>${log}`, "sh"];
    await using belfry = await BelfryProcess.start({ BELFRY_LOG_LEVEL: "debug" }, { under });
    disk.fill();
    const client = await belfry.client();
    for (let i = 0; i < 200; i++) await client.reminders.list();
    const before = readFileSync(log, "utf8");
    disk.makeRoom();
    for (let i = 0; i < 5; i++) await client.reminders.list();
    const after = readFileSync(log, "utf8").slice(before.length);
    expect(after.match(/request answered/g)?.length).toBeGreaterThanOrEqual(5);
    expect(before.length).toBeLessThan(MIB);
    expect(await belfry.stop()).toMatchObject({ code: 0 });
  });
});
