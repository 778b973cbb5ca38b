import { spawnSync } from "node:child_process";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { DeliveryResource } from "../../src/http/schemas/delivery.ts";
import type { ReminderInput } from "../../src/http/schemas/reminder.ts";
import { BelfryProcess } from "../e2e/belfry-process.ts";
import { type HostsReceiver, startHostsReceiver } from "../receivers/hosts-receiver.ts";
import { faultLines } from "./fault-lines.ts";

const HANDLES = 64;
const HOSTS = 30;
const CALLERS = 200;
const WAIT = { timeout: 15_000, interval: 100 };

const noLimits = spawnSync("prlimit", ["--version"]).error ? "there is no prlimit here" : null;

let belfry: BelfryProcess;
let receiver: HostsReceiver;
let callers: Socket[];

beforeEach(async () => {
  callers = [];
  receiver = await startHostsReceiver();
  const settings = { BELFRY_WEBHOOK_ALLOW: "127.0.0.0/8 localhost" };
  if (noLimits === null)
    belfry = await BelfryProcess.start(settings, { under: ["prlimit", `--nofile=${HANDLES}:${HANDLES}`] });
});

afterEach(async () => {
  for (const caller of callers) caller.destroy();
  await belfry?.[Symbol.asyncDispose]();
  await receiver.close();
});

/** One to each of many hosts, and some to a host whose name must be looked up; each with one attempt alone. */
async function acceptOneForEachHost(inMs: number): Promise<number> {
  const hosts = Array.from({ length: HOSTS }, (_, i) => `127.0.0.${i + 2}`);
  const reminders = [...hosts, ...Array(5).fill("localhost")].map((host): ReminderInput => {
    const to = { channel: "webhook", address: `http://${host}:${receiver.port}/` };
    return { schedule: { in: `PT${inMs / 1_000}S` }, to, message: host, retry: { maxAttempts: 1 } };
  });
  await (await belfry.client()).reminders.createBatch(reminders);
  return reminders.length;
}

/** Opens connections that ask nothing. */
async function call(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  callers = Array.from({ length: CALLERS }, () => connect(Number(port), hostname));
  let answered = 0;
  for (const caller of callers) {
    caller.on("error", () => {});
    caller.once("connect", () => (answered += 1));
  }
  await vi.waitFor(() => expect(answered).toBe(CALLERS), WAIT);
}

/** All have arrived, each at its first attempt and once. */
async function expectAllDelivered(count: number): Promise<void> {
  const client = await belfry.client();
  const deliveries = await vi.waitFor(async () => {
    const all: DeliveryResource[] = await Array.fromAsync(client.deliveries.all({ limit: 100 }));
    expect(all.filter(({ state }) => state === "delivered")).toHaveLength(count);
    return all;
  }, WAIT);
  expect(deliveries.flatMap(({ attempts }) => attempts.map(({ outcome }) => outcome))).toEqual(
    Array(count).fill("delivered"),
  );
  expect(receiver.ids).toHaveLength(count);
  expect(new Set(receiver.ids).size).toBe(count);
}

describe.skipIf(noLimits !== null)(
  `a server with ${HANDLES} file handles${noLimits === null ? "" : ` (skipped: ${noLimits})`}`,
  () => {
    test("sends while callers take all the connections they can get, and answers when they are gone", async () => {
      const count = await acceptOneForEachHost(1_500);
      await call(await belfry.url());
      await vi.waitFor(() => expect(receiver.ids).toHaveLength(count), WAIT);
      expect(callers.some((caller) => !caller.closed)).toBe(true);
      for (const caller of callers) caller.destroy();
      await expectAllDelivered(count);
      expect(await belfry.stop()).toMatchObject({ code: 0 });
    });

    test("answers while more hosts keep it waiting than it can reach at once, and reaches all", async () => {
      receiver.thinkForMs = 2_000;
      const count = await acceptOneForEachHost(500);
      await vi.waitFor(() => expect(receiver.ids.length).toBeGreaterThan(0), WAIT);
      for (let i = 0; i < 10; i++) {
        expect(await belfry.api("GET", "/readyz")).toMatchObject({ status: 200 });
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      receiver.thinkForMs = 0;
      await expectAllDelivered(count);
      const faults = faultLines(belfry.complaints);
      expect(faults[0]?.err).toMatchObject({
        code: "out_of_resources",
        message: expect.stringMatching(/no file handles left; raise its limit \(ulimit -n\) \(EMFILE\)/),
      });
      expect(faults.length).toBeLessThan(15);
      expect(await belfry.stop()).toMatchObject({ code: 0 });
    });
  },
);
