import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { DeliveryResource } from "../../src/http/schemas/delivery.ts";
import type { InboxMessageResource } from "../../src/http/schemas/inbox.ts";
import type { ReminderResource } from "../../src/http/schemas/reminder.ts";
import { BelfryProcess } from "../e2e/belfry-process.ts";
import { type RecordingReceiver, startRecordingReceiver } from "../receivers/recording-receiver.ts";
import { InsistentCaller } from "./insistent-caller.ts";
import { ordersOf } from "./orders.ts";
import { seededRandom } from "./seeded-random.ts";

const KILLS = 20;
const REMINDERS = 5_000;
const EACH_ROUND = REMINDERS / KILLS;
const CONCURRENCY = 8;
/** Sooner than a lease ends: nothing waits for the leases of the dead. */
const SETTLED_WITHIN_MS = 25_000;
const OPEN_STATES = ["scheduled", "leased", "retrying"] as const;

const random = seededRandom();
let belfry: BelfryProcess;
let receiver: RecordingReceiver;
let caller: InsistentCaller;
let reminders: ReminderResource[];
let deliveries: DeliveryResource[];
let inbox: InboxMessageResource[];

beforeAll(async () => {
  receiver = await startRecordingReceiver();
  belfry = await BelfryProcess.start();
  caller = new InsistentCaller(belfry);
  await acceptAndFireUnderKills();
  await vi.waitFor(expectNothingOpen, { timeout: SETTLED_WITHIN_MS, interval: 100 });
  const client = await belfry.client();
  reminders = await Array.fromAsync(client.reminders.all({ limit: 100 }));
  deliveries = await Array.fromAsync(client.deliveries.all({ limit: 100 }));
  inbox = await Array.fromAsync(client.inbox.all({ limit: 100 }));
  report();
}, 180_000);

afterAll(async () => {
  await belfry?.[Symbol.asyncDispose]();
  await receiver?.close();
});

/** In each round new reminders are asked for while old ones fire, and a kill comes at some moment. */
async function acceptAndFireUnderKills(): Promise<void> {
  const asking: Promise<void>[] = [];
  for (let round = 0; round < KILLS; round++) {
    // Every other time it comes while the server is at work on the batch that the round begins with.
    const killAfterMs = round % 2 === 0 ? random.between(0, 25) : random.between(0, 800);
    const batch = random.between(EACH_ROUND / 4, EACH_ROUND);
    const options = { random, webhookUrl: receiver.url, count: EACH_ROUND, batch, name: `round ${round}` };
    asking.push(caller.ask(ordersOf(options), CONCURRENCY));
    await pause(killAfterMs);
    await belfry.kill();
    await belfry.restart();
    await expectRepeatedOrdersToBeKnown();
  }
  await Promise.all(asking);
}

/** Asks once more for a few that were answered before the kill. */
async function expectRepeatedOrdersToBeKnown(): Promise<void> {
  for (const answered of caller.keyed.slice(-3)) {
    const { first, again, replayed } = await caller.repeat(answered);
    expect({ again, replayed }).toEqual({ again: first, replayed: "true" });
  }
}

async function expectNothingOpen(): Promise<void> {
  const client = await belfry.client();
  for (const state of OPEN_STATES) {
    const { items } = await client.deliveries.list({ state, limit: 1 });
    expect(items, `deliveries that are ${state}`).toEqual([]);
  }
}

function report(): void {
  const counts = {
    seed: random.seed,
    kills: belfry.interruptions,
    promised: caller.promised.size,
    stored: reminders.length,
    arrivals: receiver.requests.length,
    repeats: receiver.requests.length - arrivalsById().size,
    inbox: inbox.length,
    inDoubt: deliveries.filter(wasInDoubt).length,
    brokenOff: caller.brokenOff,
    batchesBrokenOff: caller.batchesBrokenOff,
    replayed: caller.replayed,
  };
  process.stdout.write(`kill test: ${JSON.stringify(counts)}\n`);
}

/** The bodies that came for each `webhook-id`. */
function arrivalsById(): Map<string, string[]> {
  const arrivals = new Map<string, string[]>();
  for (const { id, body } of receiver.requests) {
    const bodies = arrivals.get(id);
    if (bodies) bodies.push(body.toString());
    else arrivals.set(id, [body.toString()]);
  }
  return arrivals;
}

function wasInDoubt({ attempts }: DeliveryResource): boolean {
  return attempts.some((attempt) => attempt.outcome === "in-doubt");
}

function textOfBody(body = "{}"): unknown {
  return (JSON.parse(body) as { message?: string }).message;
}

describe(`after ${KILLS} kills while ${REMINDERS} reminders are accepted and fired (seed ${random.seed})`, () => {
  test("every reminder that got a 2xx has arrived", () => {
    const arrived = new Set([
      ...[...arrivalsById().values()].map(([body]) => textOfBody(body)),
      ...inbox.map((message) => message.content.text),
    ]);
    expect(caller.promised.size).toBe(REMINDERS);
    expect([...caller.promised.keys()].filter((text) => !arrived.has(text))).toEqual([]);
  });

  test("every reminder that got a 2xx is there once, under the id that was answered", () => {
    const idsByText = Map.groupBy(reminders, ({ content }) => content.text);
    const wrong = [...caller.promised].filter(
      ([text, id]) => idsByText.get(text)?.length !== 1 || idsByText.get(text)?.[0]?.id !== id,
    );
    expect(wrong).toEqual([]);
  });

  test("what is there beyond that was asked for by a request that broke off, and is there once", () => {
    const others = reminders
      .map(({ content }) => content.text ?? "")
      .filter((text) => !caller.promised.has(text));
    expect(others.filter((text) => !caller.unanswered.has(text))).toEqual([]);
    expect(new Set(others).size).toBe(others.length);
    // Else the kills would have hit nothing, and the rest would prove little.
    expect(caller.brokenOff).toBeGreaterThan(0);
  });

  test("a repeat bears the same webhook-id and the same bytes: one id for each reminder", () => {
    const arrivals = arrivalsById();
    const sent = deliveries.filter((delivery) => delivery.channel === "webhook").map(({ id }) => id);
    expect([...arrivals.keys()].sort()).toEqual(sent.sort());
    expect([...arrivals.values()].filter((bodies) => new Set(bodies).size > 1)).toEqual([]);
    const texts = [...arrivals.values()].map(([body]) => textOfBody(body));
    expect(new Set(texts).size).toBe(texts.length);
  });

  test("the inbox holds each of its messages once", () => {
    const sent = deliveries.filter((delivery) => delivery.channel === "inbox").map(({ id }) => id);
    expect(inbox.map((message) => message.deliveryId).sort()).toEqual(sent.sort());
  });

  test("nothing is stuck: every delivery is delivered and every reminder is finished", () => {
    expect(deliveries.length).toBe(reminders.length);
    expect(deliveries.filter(({ state, settledAt }) => state !== "delivered" || !settledAt)).toEqual([]);
    expect(reminders.filter(({ state, next }) => state !== "finished" || next !== null)).toEqual([]);
  });

  test("each story tells what happened: attempts in doubt where a kill hit, and one that delivered", () => {
    const arrivals = arrivalsById();
    const untold = deliveries.filter(({ id, channel, attempts }) => {
      const outcomes = attempts.map((attempt) => attempt.outcome);
      const isTold = outcomes.pop() === "delivered" && outcomes.every((outcome) => outcome === "in-doubt");
      return !isTold || (channel === "webhook" && (arrivals.get(id)?.length ?? 0) > attempts.length);
    });
    expect(untold).toEqual([]);
    expect(deliveries.filter(wasInDoubt).length).toBeGreaterThan(0);
  });

  test("a key that was used before a kill never makes a second reminder", async () => {
    const before = reminders.length;
    for (const answered of caller.keyed) {
      const { first, again, replayed } = await caller.repeat(answered);
      expect({ again, replayed }).toEqual({ again: first, replayed: "true" });
    }
    const client = await belfry.client();
    const after = await Array.fromAsync(client.reminders.all({ limit: 100 }));
    expect(after.length).toBe(before);
  }, 60_000);
});
