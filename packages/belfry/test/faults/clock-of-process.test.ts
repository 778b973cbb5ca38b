import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import type { DeliveryResource } from "../../src/http/schemas/delivery.ts";
import type { ReminderInput } from "../../src/http/schemas/reminder.ts";
import { BelfryProcess } from "../e2e/belfry-process.ts";
import { type RecordingReceiver, startRecordingReceiver } from "../receivers/recording-receiver.ts";
import { faultLines } from "./fault-lines.ts";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const WAIT = { timeout: 10 * SECOND, interval: 50 };
/** A clock that is set is noticed within a second; the rest is for slow machines. */
const AT_ONCE_MS = 3 * SECOND;
const SUSPENDED_MS = 6 * SECOND;

/** Sets the clock of a server, and waits until that is done. */
async function setClock(belfry: BelfryProcess, byMs: number): Promise<void> {
  const before = belfry.lines.length;
  belfry.child.stdin.write(`${byMs}\n`);
  await vi.waitFor(() => expect(belfry.lines.slice(before).join()).toContain(`set by ${byMs}`), WAIT);
}

function reminderOf(receiver: RecordingReceiver, message: string, schedule: object): ReminderInput {
  return {
    schedule,
    to: { channel: "webhook", address: receiver.url },
    message,
    inDoubt: "hold",
  } as ReminderInput;
}

const texts = (receiver: RecordingReceiver): string[] =>
  receiver.requests.map(({ body }) => (JSON.parse(body.toString()) as { message: string }).message);

async function deliveriesOf(belfry: BelfryProcess): Promise<DeliveryResource[]> {
  return Array.fromAsync((await belfry.client()).deliveries.all({ limit: 100 }));
}

/** All were delivered at the first attempt, and came once. */
async function expectDeliveredOnce(belfry: BelfryProcess, receiver: RecordingReceiver, count: number) {
  await vi.waitFor(async () => {
    const told = (await deliveriesOf(belfry)).map(({ attempts }) => attempts.map(({ outcome }) => outcome));
    expect(told).toEqual(Array(count).fill(["delivered"]));
  }, WAIT);
  expect(receiver.requests).toHaveLength(count);
}

describe("a server whose clock is set", () => {
  test("an hour forward and back again sends at once what is due, nothing twice, and goes on", async () => {
    const imports = [new URL("settable-clock.ts", import.meta.url).href];
    await using receiver = await startRecordingReceiver();
    await using belfry = await BelfryProcess.start({ BELFRY_RATE_LIMIT: "50/PT1S" }, { imports });
    const client = await belfry.client();
    await client.reminders.create(reminderOf(receiver, "near", { in: "PT5M" }));
    await client.reminders.create(reminderOf(receiver, "far", { in: "PT40M" }));
    const once = reminderOf(receiver, "once", { in: "PT1S" });
    const headers = { "idempotency-key": "the-same" };
    const first = await belfry.api("POST", "/v1/reminders", once, headers);
    await receiver.received(1);

    await setClock(belfry, HOUR);
    const setAtMs = performance.now();
    await receiver.received(3);
    expect(performance.now() - setAtMs).toBeLessThan(AT_ONCE_MS);
    expect(texts(receiver).slice(1).sort()).toEqual(["far", "near"]);

    await setClock(belfry, -HOUR);
    await client.reminders.create(reminderOf(receiver, "after", { in: "PT1S" }));
    const askedAtMs = performance.now();
    await receiver.received(4);
    expect(performance.now() - askedAtMs).toBeLessThan(SECOND + AT_ONCE_MS);
    const again = await belfry.api("POST", "/v1/reminders", once, headers);
    expect(again).toMatchObject({
      status: 201,
      text: first.text,
      headers: { "idempotency-replayed": "true" },
    });
    await expectDeliveredOnce(belfry, receiver, 4);
    expect(faultLines(belfry.complaints)).toEqual([]);
    expect(await belfry.stop()).toMatchObject({ code: 0 });
  });
});

describe("a server that is suspended and woken", () => {
  test("sends what fell due meanwhile, and takes the answer that came meanwhile for what it is", async () => {
    await using receiver = await startRecordingReceiver({ delayMs: 500 });
    const settings = { BELFRY_WEBHOOK_TIMEOUT: "PT2S" };
    await using belfry = await BelfryProcess.start(settings);
    const client = await belfry.client();
    await client.reminders.create(reminderOf(receiver, "on its way", { in: "PT0.2S" }));
    for (const seconds of [2, 3, 4])
      await client.reminders.create(reminderOf(receiver, `${seconds}`, { in: `PT${seconds}S` }));
    await receiver.received(1);
    belfry.child.kill("SIGSTOP");
    await pause(SUSPENDED_MS);
    expect(receiver.requests).toHaveLength(1);
    belfry.child.kill("SIGCONT");
    await receiver.received(4);
    await expectDeliveredOnce(belfry, receiver, 4);
    expect(await belfry.stop()).toMatchObject({ code: 0 });
  });
});
