import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { DeliveryResource, DeliveryStoryResource } from "../../src/http/schemas/delivery.ts";
import type { ReminderInput, ReminderResource } from "../../src/http/schemas/reminder.ts";
import { BelfryProcess } from "../e2e/belfry-process.ts";
import * as misbehaving from "../receivers/misbehaving-receivers.ts";
import type { Receiver } from "../receivers/receiver.ts";
import { startRecordingReceiver } from "../receivers/recording-receiver.ts";

const TIMEOUT_MS = 1_000;
const RETRY = { maxAttempts: 2, initial: "PT0.05S", max: "PT0.1S" };
const SETTLED_WITHIN_MS = 15_000;
const MOST_IN_BATCH = 1_000;

interface Expected {
  state: DeliveryResource["state"];
  attempts: object[];
}

const retryable = (error: RegExp, status?: number): object => ({
  outcome: "retryable",
  error: expect.stringMatching(error),
  response: status === undefined ? null : expect.objectContaining({ status }),
});
const twice = (attempt: object): Expected => ({ state: "dead", attempts: [attempt, attempt] });
const delivered = (status: number): object => ({
  outcome: "delivered",
  error: null,
  response: expect.objectContaining({ status }),
});

/** What each receiver does, and what its delivery must have come to. */
const CASES: [string, () => Promise<Receiver>, Expected][] = [
  [
    "answers 500, then 200",
    () =>
      startRecordingReceiver((_request, nth) => ({ status: nth === 1 ? 500 : 200, body: `answer ${nth}` })),
    { state: "delivered", attempts: [retryable(/answered 500/, 500), delivered(200)] },
  ],
  [
    "always answers 500",
    () => startRecordingReceiver({ status: 500 }),
    twice(retryable(/answered 500/, 500)),
  ],
  ["hangs", misbehaving.startHangingReceiver, twice(retryable(/no answer within 1000 ms/))],
  ["resets", misbehaving.startResettingReceiver, twice(retryable(/ECONNRESET|UND_ERR_SOCKET/))],
  ["refuses", misbehaving.startRefusingReceiver, twice(retryable(/ECONNRESET|UND_ERR_SOCKET/))],
  ["closes without an answer", misbehaving.startClosingReceiver, twice(retryable(/UND_ERR_SOCKET/))],
  ["dribbles headers", misbehaving.startHeaderDribbler, twice(retryable(/no answer within 1000 ms/))],
  ["sends headers without end", misbehaving.startHeaderFlooder, twice(retryable(/too many headers/))],
  [
    "sends interim answers without end",
    misbehaving.startInterimReceiver,
    twice(retryable(/no answer within/)),
  ],
  ["answers garbage", misbehaving.startGarbageReceiver, twice(retryable(/not HTTP/))],
  [
    "dribbles the body of its 200",
    misbehaving.startBodyDribbler,
    { state: "delivered", attempts: [delivered(200)] },
  ],
  [
    "sends the body of its 200 without end",
    misbehaving.startEndlessReceiver,
    { state: "delivered", attempts: [delivered(200)] },
  ],
  [
    "dribbles the body of its 503",
    () => misbehaving.startBodyDribbler({ status: 503 }),
    twice(retryable(/answered 503/, 503)),
  ],
  [
    "redirects",
    () => startRecordingReceiver({ status: 302, headers: { location: "http://127.0.0.1:9/elsewhere" } }),
    {
      state: "dead",
      attempts: [
        {
          outcome: "permanent",
          error: expect.stringMatching(/302 .*redirects are not followed/),
          response: expect.objectContaining({ status: 302 }),
        },
      ],
    },
  ],
];

let belfry: BelfryProcess;
const receivers: Receiver[] = [];

beforeAll(async () => {
  belfry = await BelfryProcess.start({ BELFRY_WEBHOOK_TIMEOUT: `PT${TIMEOUT_MS / 1_000}S` });
});

afterAll(async () => {
  await belfry?.[Symbol.asyncDispose]();
  for (const receiver of receivers) await receiver.close();
});

async function open<Opened extends Receiver>(opening: Promise<Opened>): Promise<Opened> {
  const receiver = await opening;
  receivers.push(receiver);
  return receiver;
}

async function remind(request: Partial<ReminderInput> & Pick<ReminderInput, "to">): Promise<string> {
  const defaults = { schedule: { in: "PT0.1S" }, message: "ring", retry: RETRY };
  const { status, body } = await belfry.api<ReminderResource>("POST", "/v1/reminders", {
    ...defaults,
    ...request,
  });
  expect(status).toBe(201);
  return body.id;
}

const webhook = ({ url }: Receiver): ReminderInput["to"] => ({ channel: "webhook", address: url });

/** The one delivery of a reminder, with its story, once it is settled. */
async function settled(reminderId: string): Promise<DeliveryStoryResource> {
  const client = await belfry.client();
  return vi.waitFor(
    async () => {
      const { items } = await client.deliveries.list({ reminder: reminderId });
      expect(items).toHaveLength(1);
      const delivery = await client.deliveries.get(items[0]?.id ?? "");
      expect(delivery.settledAt, `${delivery.state}: ${delivery.reason}`).not.toBeNull();
      return delivery;
    },
    { timeout: SETTLED_WITHIN_MS, interval: 50 },
  );
}

describe("a receiver that misbehaves", () => {
  test.concurrent.each(CASES)("that %s has the right outcome on record", async (_case, start, expected) => {
    const receiver = await open(start());
    const delivery = await settled(await remind({ to: webhook(receiver) }));
    expect(delivery).toMatchObject(expected);
    expect(delivery.attempts.map((attempt) => attempt.number)).toEqual(
      expected.attempts.map((_, i) => i + 1),
    );
    for (const attempt of delivery.attempts) expect(attempt.durationMs).toBeLessThan(3 * TIMEOUT_MS);
    const events = delivery.story.map((line) => line.event);
    expect(events).toEqual(["accepted", "promoted", ...expected.attempts.map(() => "attempt"), "settled"]);
    // One that is well-behaved may be kept for the next delivery; the others hold nothing of ours.
    const keepsAtMost = "requests" in receiver ? 1 : 0;
    await vi.waitFor(() => expect(receiver.openConnections).toBeLessThanOrEqual(keepsAtMost));
  });

  test("that redirects is not followed", async () => {
    const target = await open(startRecordingReceiver());
    const answer = { status: 307, headers: { location: target.url } };
    const delivery = await settled(await remind({ to: webhook(await open(startRecordingReceiver(answer))) }));
    expect(delivery.state).toBe("dead");
    expect(target.requests).toEqual([]);
  });

  test("that answers 429 is tried again when its Retry-After says, not before", async () => {
    const receiver = await open(
      startRecordingReceiver((_request, nth) =>
        nth === 1 ? { status: 429, headers: { "retry-after": "2" } } : { status: 200 },
      ),
    );
    const delivery = await settled(await remind({ to: webhook(receiver) }));
    expect(delivery).toMatchObject({ state: "delivered", attempts: [retryable(/429/, 429), delivered(200)] });
    const [first, second] = receiver.requests.map((request) => request.receivedAtMs);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(2_000);
  });
});

describe("an endpoint that answers 410", () => {
  test("is off until a PATCH switches it on; then a retry delivers under the same id", async () => {
    let status = 410;
    const receiver = await open(startRecordingReceiver(() => ({ status })));
    const client = await belfry.client();
    await client.endpoints.create({ name: "gone", url: receiver.url });
    const dead = await settled(await remind({ to: { endpoint: "gone" } }));
    expect(dead).toMatchObject({
      state: "dead",
      attempts: [{ outcome: "permanent", error: expect.stringMatching(/410/) }],
    });
    expect(await client.endpoints.get("gone")).toMatchObject({
      state: "off",
      offReason: expect.stringMatching(/410/),
    });

    const refused = await settled(await remind({ to: { endpoint: "gone" } }));
    expect(refused).toMatchObject({ state: "dead", reason: expect.stringMatching(/is off/) });
    expect(receiver.requests).toHaveLength(1);

    status = 200;
    expect(await client.endpoints.update("gone", { state: "on" })).toMatchObject({
      state: "on",
      offReason: null,
    });
    expect(await client.deliveries.retry(dead.id)).toMatchObject({ id: dead.id, state: "scheduled" });
    const again = await settled(dead.reminderId);
    expect(again).toMatchObject({
      id: dead.id,
      state: "delivered",
      attempts: [
        { number: 1, outcome: "permanent" },
        { number: 2, outcome: "delivered" },
      ],
    });
    expect(receiver.requests.map((request) => request.id)).toEqual([dead.id, dead.id]);
  });
});

describe("a host that hangs", () => {
  // 6,000 are more than a worker takes in hand: they would fill it if lanes did not keep them apart. So
  // large a herd keeps the machine itself busy for moments, hence the median.
  test.each([
    [200, 0.9],
    [6_000, 0.5],
  ])("delays no other lane while %i deliveries wait for it", async (herd, share) => {
    const hanging = await open(misbehaving.startHangingReceiver());
    const healthy = await open(startRecordingReceiver());
    const client = await belfry.client();
    // All of it is accepted before, also on a machine that is held up for moments.
    const dueMs = Date.now() + 3_000 + herd / 2;
    const stuck = Array.from({ length: Math.min(herd, MOST_IN_BATCH) }, () => reminderAt(dueMs, hanging));
    for (let left = herd; left > 0; left -= stuck.length) await client.reminders.createBatch(stuck);
    const free = Array.from({ length: 100 }, (_, i) => reminderAt(dueMs + i * 20, healthy));
    await client.reminders.createBatch(free);
    expect(Date.now(), "all were accepted in time").toBeLessThan(dueMs);
    const arrivals = await healthy.received(free.length);
    const latenesses = arrivals
      .map(({ body, receivedAtMs }) => receivedAtMs - dueOf(body))
      .sort((a, b) => a - b);
    expect(latenesses[0]).toBeGreaterThanOrEqual(0);
    expect(latenesses[Math.floor(share * latenesses.length)]).toBeLessThan(250);
    // It is the hanging host that is waited for, with as many at once as the channel allows one host.
    await vi.waitFor(() => expect(hanging.openConnections).toBe(50));
  });
});

function reminderAt(dueMs: number, receiver: Receiver): ReminderInput {
  return {
    schedule: { at: new Date(dueMs).toISOString() },
    to: webhook(receiver),
    message: "ring",
    retry: { maxAttempts: 3, initial: "PT0.05S", max: "PT0.05S" },
  };
}

function dueOf(body: Buffer): number {
  return Date.parse((JSON.parse(body.toString()) as { timestamp: string }).timestamp);
}
