import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import type { ReminderInput } from "../../src/http/schemas/reminder.ts";
import { runBelfry } from "../e2e/belfry-command.ts";
import { BelfryProcess } from "../e2e/belfry-process.ts";
import { type RecordingReceiver, startRecordingReceiver } from "../receivers/recording-receiver.ts";
import { faultLines } from "./fault-lines.ts";

/** How long a request waits for a lock that another program holds. */
const WAITS_MS = 5_000;
const WAIT = { timeout: 10_000, interval: 50 };

/** Locks the database as another program may; to be closed to let go. */
function lock(belfry: BelfryProcess): DatabaseSync {
  const other = new DatabaseSync(join(belfry.dataFolder, "belfry.db"), { timeout: 2_000 });
  other.exec("BEGIN EXCLUSIVE");
  return other;
}

function reminderOf(receiver: RecordingReceiver, message: string, schedule: object): ReminderInput {
  const to = { channel: "webhook", address: receiver.url };
  return { schedule, to, message, retry: { maxAttempts: 1 } } as ReminderInput;
}

const ask = (belfry: BelfryProcess, reminder: ReminderInput) =>
  belfry.api<{ code?: string }>("POST", "/v1/reminders", reminder);

describe("while another program locks the database", { timeout: 60_000 }, () => {
  test("for a while, requests wait, the process stays awake, and nothing is lost", async () => {
    await using receiver = await startRecordingReceiver();
    await using belfry = await BelfryProcess.start();
    let slowestMs = 0;
    let asking: ReturnType<typeof ask>;
    {
      using _other = lock(belfry);
      asking = ask(belfry, reminderOf(receiver, "waits", { in: "PT0.1S" }));
      for (let i = 0; i < 10; i++) {
        const begunMs = performance.now();
        expect(await belfry.api("GET", "/healthz")).toMatchObject({ status: 200 });
        slowestMs = Math.max(slowestMs, performance.now() - begunMs);
        await pause(100);
      }
    }
    expect(await asking).toMatchObject({ status: 201 });
    expect(slowestMs).toBeLessThan(500);
    await receiver.received(1);
    expect(faultLines(belfry.complaints)).toEqual([]);
  });

  test.concurrent("for longer, it says so, and goes on by itself once it is let go", async () => {
    await using receiver = await startRecordingReceiver();
    await using belfry = await BelfryProcess.start();
    const client = await belfry.client();
    const due = new Date(Date.now() + 2_000).toISOString();
    await client.reminders.create(reminderOf(receiver, "due meanwhile", { at: due }));
    {
      using _other = lock(belfry);
      const begunMs = performance.now();
      const refused = await ask(belfry, reminderOf(receiver, "refused", { in: "PT0.1S" }));
      expect(refused).toMatchObject({ status: 503, body: { code: "store_locked" } });
      expect(performance.now() - begunMs).toBeGreaterThan(WAITS_MS - 500);
      expect(await belfry.api("GET", "/readyz")).toMatchObject({ status: 503 });
      // Reading goes on; and who has waited long enough for all waits no more.
      expect((await client.reminders.list()).items).toHaveLength(1);
      const soonMs = performance.now();
      await ask(belfry, reminderOf(receiver, "refused too", { in: "PT0.1S" }));
      expect(performance.now() - soonMs).toBeLessThan(1_000);
    }
    await receiver.received(1);
    await vi.waitFor(
      async () => expect(await belfry.api("GET", "/readyz")).toMatchObject({ status: 200 }),
      WAIT,
    );
    const delivered = async () => (await client.deliveries.list({ state: "delivered" })).items;
    await vi.waitFor(async () => expect(await delivered()).toMatchObject([{ attempts: [{}] }]), WAIT);
    expect(receiver.requests).toHaveLength(1);
    expect(faultLines(belfry.complaints)[0]?.err?.message).toMatch(
      /^Cannot write to the database \S+belfry\.db: another program has locked it/,
    );
  });

  test.concurrent("a start waits for a while, then ends with the reason in one line", async () => {
    await using belfry = await BelfryProcess.start();
    await belfry.stop();
    {
      using _other = lock(belfry);
      const { code, err } = await runBelfry(["start"], belfry.settings);
      expect(code).toBe(1);
      expect(err).toMatch(/^Cannot open the database \S+belfry\.db: another program has locked it.+\n$/);
    }
    await belfry.restart();
  });
});
