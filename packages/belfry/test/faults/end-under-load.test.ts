import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { DeliveryResource } from "../../src/http/schemas/delivery.ts";
import { BelfryProcess, type Ending } from "../e2e/belfry-process.ts";
import { type RecordingReceiver, startRecordingReceiver } from "../receivers/recording-receiver.ts";
import { InsistentCaller } from "./insistent-caller.ts";
import { ordersOf } from "./orders.ts";
import { seededRandom } from "./seeded-random.ts";

const ROUNDS = 2;
const EACH_ROUND = 600;
/** Calls and attempts have ten seconds; they take far less here. */
const ENDS_WITHIN_MS = 5_000;
const SETTLED = { timeout: 20_000, interval: 100 };

const random = seededRandom();
let belfry: BelfryProcess;
let receiver: RecordingReceiver;

beforeEach(async () => {
  receiver = await startRecordingReceiver({ delayMs: 20 });
  belfry = await BelfryProcess.start();
});

afterEach(async () => {
  await belfry?.[Symbol.asyncDispose]();
  await receiver?.close();
});

/** In each round a signal to end comes while some hundred reminders a second are taken and sent. */
async function endUnderLoad(caller: InsistentCaller): Promise<Ending[]> {
  const asking: Promise<void>[] = [];
  const endings: Ending[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const options = { random, webhookUrl: receiver.url, count: EACH_ROUND, batch: EACH_ROUND / 4 };
    asking.push(caller.ask(ordersOf({ ...options, name: `round ${round}` }), 8));
    await pause(random.between(800, 1_500));
    endings.push(await belfry.stop());
    await belfry.restart();
  }
  await Promise.all(asking);
  return endings;
}

async function allDeliveries(): Promise<DeliveryResource[]> {
  const client = await belfry.client();
  for (const state of ["scheduled", "leased", "retrying"] as const)
    expect((await client.deliveries.list({ state, limit: 1 })).items).toEqual([]);
  return Array.fromAsync(client.deliveries.all({ limit: 100 }));
}

test(`SIGTERM under load ends it in time with code 0; nothing promised is lost, nothing comes twice untold (seed ${random.seed})`, async () => {
  const caller = new InsistentCaller(belfry);
  const endings = await endUnderLoad(caller);
  expect(endings).toEqual(Array(ROUNDS).fill({ code: 0, signal: null, tookMs: expect.any(Number) }));
  for (const { tookMs } of endings) expect(tookMs).toBeLessThan(ENDS_WITHIN_MS);

  const deliveries = await vi.waitFor(allDeliveries, SETTLED);
  const client = await belfry.client();
  const stored = await Array.fromAsync(client.reminders.all({ limit: 100 }));
  const ids = new Set(stored.map(({ id }) => id));
  expect(caller.promised.size).toBe(ROUNDS * EACH_ROUND);
  expect([...caller.promised.values()].filter((id) => !ids.has(id))).toEqual([]);

  expect(deliveries.filter(({ state }) => state !== "delivered")).toEqual([]);
  const arrivals = Map.groupBy(receiver.requests, ({ id }) => id);
  const untold = deliveries.filter(
    ({ id, channel, attempts }) =>
      channel === "webhook" && (arrivals.get(id)?.length ?? 0) !== attempts.length,
  );
  expect(untold).toEqual([]);
  // What was being sent had the time to end, so that nothing is even in doubt.
  expect(
    deliveries.flatMap(({ attempts }) => attempts).filter(({ outcome }) => outcome !== "delivered"),
  ).toEqual([]);
  expect(belfry.complaints).toBe("");
}, 60_000);
