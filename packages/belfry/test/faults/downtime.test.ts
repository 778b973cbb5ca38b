import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { CatchUp } from "../../src/domain/reminder.ts";
import type { DeliveryResource } from "../../src/http/schemas/delivery.ts";
import { BelfryProcess } from "../e2e/belfry-process.ts";
import { type RecordingReceiver, startRecordingReceiver } from "../receivers/recording-receiver.ts";

const SECOND = 1_000;
const DOWN_MS = 6 * SECOND;
/** An occurrence found later than this was missed; one found sooner is just late. */
const MISSED_AFTER_MS = SECOND;
const WAIT = { timeout: 20_000, interval: 50 };
const POLICIES: CatchUp[] = ["all", "latest", "none"];

let belfry: BelfryProcess;
let receiver: RecordingReceiver;
const reminders = new Map<CatchUp, string>();
let killedAtMs: number;
let spawnedAtMs: number;
let readyAtMs: number;

beforeAll(async () => {
  receiver = await startRecordingReceiver();
  belfry = await BelfryProcess.start();
  const client = await belfry.client();
  for (const catchUp of POLICIES) {
    const to = { channel: "webhook", address: `${receiver.url}/${catchUp}` };
    const { id } = await client.reminders.create({
      schedule: { every: "PT1S" },
      to,
      message: catchUp,
      catchUp,
    });
    reminders.set(catchUp, id);
  }
  await haveArrivedSince(0, 2);
  await belfry.kill();
  killedAtMs = Date.now();
  await pause(DOWN_MS);
  spawnedAtMs = Date.now();
  await belfry.restart();
  readyAtMs = Date.now();
  await haveArrivedSince(readyAtMs, 3);
}, 60_000);

afterAll(async () => {
  await belfry?.[Symbol.asyncDispose]();
  await receiver?.close();
});

async function haveArrivedSince(sinceMs: number, count: number): Promise<void> {
  await vi.waitFor(() => {
    for (const catchUp of POLICIES) {
      const due = arrivalsOf(catchUp).filter(({ dueMs }) => dueMs > sinceMs);
      expect(due.length, catchUp).toBeGreaterThanOrEqual(count);
    }
  }, WAIT);
}

interface Arrival {
  deliveryId: string;
  occurrenceId: string;
  dueMs: number;
  receivedAtMs: number;
}

/** What came for the reminder with this policy, oldest due first; repeats of one delivery count once. */
function arrivalsOf(catchUp: CatchUp): Arrival[] {
  const byId = new Map<string, Arrival>();
  for (const { id, path, body, receivedAtMs } of receiver.requests) {
    if (path !== `/hook/${catchUp}` || byId.has(id)) continue;
    const { eventId, timestamp } = JSON.parse(body.toString()) as { eventId: string; timestamp: string };
    byId.set(id, { deliveryId: id, occurrenceId: eventId, dueMs: Date.parse(timestamp), receivedAtMs });
  }
  return [...byId.values()].sort((a, b) => a.dueMs - b.dueMs);
}

/** Those due in the time in which it is sure that nothing ran, and that no restart could still be in time for. */
function missedArrivals(catchUp: CatchUp): Arrival[] {
  const untilMs = spawnedAtMs - MISSED_AFTER_MS;
  return arrivalsOf(catchUp).filter(({ dueMs }) => dueMs > killedAtMs && dueMs < untilMs);
}

async function expiredOf(catchUp: CatchUp): Promise<DeliveryResource[]> {
  const client = await belfry.client();
  const reminder = reminders.get(catchUp) ?? "";
  return Array.fromAsync(client.deliveries.all({ reminder, state: "expired", limit: 100 }));
}

/** Due instants one second apart. */
function expectEverySecond(arrivals: readonly Arrival[]): void {
  const [first] = arrivals;
  expect(arrivals.map(({ dueMs }) => dueMs - (first?.dueMs ?? 0))).toEqual(
    arrivals.map((_, i) => i * SECOND),
  );
}

describe("a reminder of every second, when its server is killed and comes back six seconds later", () => {
  test.each(POLICIES)("goes on in time with catchUp %s", (catchUp) => {
    const after = arrivalsOf(catchUp).filter(({ dueMs }) => dueMs > readyAtMs);
    expectEverySecond(after);
    for (const { dueMs, receivedAtMs } of after) {
      expect(receivedAtMs).toBeGreaterThanOrEqual(dueMs);
      expect(receivedAtMs - dueMs).toBeLessThan(MISSED_AFTER_MS);
    }
  });

  test("with catchUp all sends each occurrence of the time between, each under an id of its own", () => {
    const arrivals = arrivalsOf("all");
    expectEverySecond(arrivals);
    expect(new Set(arrivals.map(({ occurrenceId }) => occurrenceId)).size).toBe(arrivals.length);
    expect(missedArrivals("all").length).toBeGreaterThanOrEqual(DOWN_MS / SECOND - 2);
  });

  test("with catchUp latest sends one of those that were missed, the last; each other story says why", async () => {
    const expired = await expiredOf("latest");
    for (const { reason } of expired) expect(reason).toContain("a later one stands for it");
    const lastExpiredMs = Math.max(...expired.map(({ due }) => Date.parse(due)));
    expect(lastExpiredMs).toBeGreaterThan(spawnedAtMs - MISSED_AFTER_MS - 2 * SECOND);
    const since = arrivalsOf("latest").filter(({ dueMs }) => dueMs > killedAtMs);
    expect(since[0]?.dueMs).toBe(lastExpiredMs + SECOND);
    expect(missedArrivals("latest").length).toBeLessThanOrEqual(1);
    expectEverySecond(since);
  });

  test("with catchUp none sends none of those that were missed, and each story says why", async () => {
    expect(missedArrivals("none")).toEqual([]);
    const expired = await expiredOf("none");
    for (const { reason } of expired) expect(reason).toContain("catchUp is none");
    const since = arrivalsOf("none").filter(({ dueMs }) => dueMs > killedAtMs);
    expect(since[0]?.dueMs).toBe(Math.max(...expired.map(({ due }) => Date.parse(due))) + SECOND);
    expectEverySecond(since);
  });
});
