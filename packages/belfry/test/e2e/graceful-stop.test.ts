import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ReminderInput, ReminderResource } from "../../src/http/schemas/reminder.ts";
import { startHangingReceiver } from "../receivers/misbehaving-receivers.ts";
import { type RecordingReceiver, startRecordingReceiver } from "../receivers/recording-receiver.ts";
import { BelfryProcess } from "./belfry-process.ts";
import { STORES } from "./stores.ts";

const COUNT = 1_000;
/** How long running attempts are waited for, and how long all the rest may take. */
const ATTEMPTS_WITHIN_MS = 10_000;
const REST_WITHIN_MS = 5_000;
const SETTLED = { timeout: 20_000, interval: 50 };

let belfry: BelfryProcess;
let receiver: RecordingReceiver;

function reminderOf(i: number): ReminderInput {
  const schedule = { in: `PT${(500 + 2 * i) / 1_000}S` };
  return { schedule, to: { channel: "webhook", address: receiver.url }, message: `${i}` };
}

async function expectNothingOpen(): Promise<void> {
  const client = await belfry.client();
  for (const state of ["scheduled", "leased", "retrying"] as const) {
    expect((await client.deliveries.list({ state, limit: 1 })).items).toEqual([]);
  }
}

describe.each(STORES)("SIGTERM on %s", (store) => {
  beforeEach(async () => {
    // It thinks for a while, so that many attempts are running at any moment.
    receiver = await startRecordingReceiver({ delayMs: 50 });
    belfry = await BelfryProcess.start({}, { store });
  });

  afterEach(async () => {
    await belfry?.[Symbol.asyncDispose]();
    await receiver?.close();
  });

  test("under load ends it with code 0; the next start sends the rest, nothing twice, nothing in doubt", async () => {
    let client = await belfry.client();
    await client.reminders.createBatch(Array.from({ length: COUNT }, (_, i) => reminderOf(i)));
    await receiver.received(COUNT / 4);
    const ending = await belfry.stop();
    expect(ending).toMatchObject({ code: 0, signal: null });
    expect(ending.tookMs).toBeLessThan(REST_WITHIN_MS);
    expect(belfry.lines.at(-1)).toBe("Stopping on SIGTERM: what is being sent may finish.");
    const sentBefore = receiver.requests.length;
    expect(sentBefore).toBeLessThan(COUNT);

    await belfry.restart();
    await receiver.received(COUNT);
    await vi.waitFor(expectNothingOpen, SETTLED);
    expect(new Set(receiver.requests.map(({ id }) => id)).size).toBe(COUNT);
    expect(receiver.requests).toHaveLength(COUNT);
    client = await belfry.client();
    const deliveries = await Array.fromAsync(client.deliveries.all({ limit: 100 }));
    const outcomes = deliveries.flatMap(({ attempts }) => attempts.map(({ outcome }) => outcome));
    expect(outcomes).toEqual(Array.from({ length: COUNT }, () => "delivered"));
    expect(belfry.complaints).toBe("");
  });

  test("ends it soon while it is being called, and keeps what it has answered", async () => {
    const request = { ...reminderOf(0), schedule: { in: "PT1H" } };
    const asked = Array.from({ length: 50 }, () =>
      // What had not been taken when it closed is cut; its caller knows that it has no answer.
      belfry.api<ReminderResource>("POST", "/v1/reminders", request).catch(() => null),
    );
    await asked[0];
    const ending = await belfry.stop();
    expect(ending).toMatchObject({ code: 0, signal: null });
    expect(ending.tookMs).toBeLessThan(REST_WITHIN_MS);
    const answers = (await Promise.all(asked)).filter((answer) => answer !== null);
    await belfry.restart();
    const client = await belfry.client();
    for (const { status, body } of answers) {
      expect(status).toBe(201);
      expect(await client.reminders.get(body.id)).toMatchObject({ state: "active" });
    }
  });
});

// It mostly waits.
describe.concurrent.each(STORES)("SIGTERM on %s", (store) => {
  test("breaks off what hangs in the end, and that uses up no attempt", async () => {
    await using hanging = await startHangingReceiver();
    await using belfry = await BelfryProcess.start({}, { store });
    const to = { channel: "webhook", address: hanging.url };
    const retry = { maxAttempts: 1 };
    const client = await belfry.client();
    const { id } = await client.reminders.create({ schedule: { in: "PT0.1S" }, to, message: "stuck", retry });
    await vi.waitFor(() => expect(hanging.requestCount).toBe(1), SETTLED);
    const ending = await belfry.stop();
    expect(ending).toMatchObject({ code: 0, signal: null });
    expect(ending.tookMs).toBeLessThan(ATTEMPTS_WITHIN_MS + REST_WITHIN_MS);
    await belfry.restart();
    await vi.waitFor(() => expect(hanging.requestCount).toBe(2), SETTLED);
    const { items } = await (await belfry.client()).deliveries.list({ reminder: id });
    expect(items).toMatchObject([{ state: "leased", attempts: [{ outcome: "in-doubt" }] }]);
  }, 60_000);
});
