import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { DeliveryResource } from "../../src/http/schemas/delivery.ts";
import { type RecordingReceiver, startRecordingReceiver } from "../receivers/recording-receiver.ts";
import { type CommandRun, runBelfry } from "./belfry-command.ts";
import { BelfryProcess } from "./belfry-process.ts";
import { STORES, type StoreName } from "./stores.ts";

/** Short, so that what is accepted is not promoted at once. */
const NEAR = { BELFRY_NEAR_WINDOW: "PT0.5S", BELFRY_TICK: "PT0.5S" };
const DUE_IN_MS = 2_000;
const COUNT = 200;

let belfry: BelfryProcess;
let receiver: RecordingReceiver;

const tick = (...args: string[]): Promise<CommandRun> => runBelfry(["tick", ...args], belfry.settings);

/** Accepts one that is due while no server runs, and returns once it is due. */
async function leaveOneDue(): Promise<void> {
  const client = await belfry.client();
  const dueMs = Date.now() + DUE_IN_MS;
  const schedule = { at: new Date(dueMs).toISOString() };
  await client.reminders.create({
    schedule,
    to: { channel: "webhook", address: receiver.url },
    message: "tick",
  });
  await belfry.stop();
  await pause(Math.max(0, dueMs - Date.now()));
}

async function onlyDelivery(): Promise<DeliveryResource> {
  await belfry.restart();
  const { items } = await (await belfry.client()).deliveries.list();
  expect(items).toHaveLength(1);
  return items[0] as DeliveryResource;
}

async function begin(store: StoreName): Promise<void> {
  receiver = await startRecordingReceiver();
  belfry = await BelfryProcess.start(NEAR, { store });
}

afterEach(async () => {
  await belfry?.[Symbol.asyncDispose]();
  await receiver?.close();
});

describe.each(STORES)("belfry tick on %s", (store) => {
  beforeEach(() => begin(store));

  test("without a server sends what is due and ends; again, it finds nothing to do", async () => {
    await leaveOneDue();
    expect(await tick()).toEqual({ code: 0, out: "1 promoted, 1 sent or settled\n", err: "" });
    expect(receiver.requests).toHaveLength(1);
    expect(await tick()).toEqual({ code: 0, out: "0 promoted, 0 sent or settled\n", err: "" });
    expect(receiver.requests).toHaveLength(1);
    expect(await onlyDelivery()).toMatchObject({ state: "delivered", attempts: [{ outcome: "delivered" }] });
  });

  test("makes each of its two parts alone with --only", async () => {
    await leaveOneDue();
    expect(await tick("--only", "send")).toMatchObject({ code: 0, out: "0 promoted, 0 sent or settled\n" });
    expect(await tick("--only", "promote")).toMatchObject({
      code: 0,
      out: "1 promoted, 0 sent or settled\n",
    });
    expect(receiver.requests).toHaveLength(0);
    expect(await tick("--only", "send")).toMatchObject({ code: 0, out: "0 promoted, 1 sent or settled\n" });
    expect(receiver.requests).toHaveLength(1);
    expect(await onlyDelivery()).toMatchObject({ state: "delivered", attempts: [{ outcome: "delivered" }] });
  });
});

describe("belfry tick beside a server", () => {
  test("on SQLite is refused in one line, and the server goes on", async () => {
    await begin("SQLite");
    const { code, out, err } = await tick();
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(
      /^Cannot use \S+belfry\.lock: another Belfry runs on this folder; stop it first.+\n$/,
    );
    expect(await belfry.api("GET", "/v1/reminders")).toMatchObject({ status: 200 });
  });

  test("on PostgreSQL joins in, and takes nothing twice", async () => {
    await begin("PostgreSQL");
    const client = await belfry.client();
    const to = { channel: "webhook", address: receiver.url };
    const reminders = Array.from({ length: COUNT }, (_, i) => ({
      schedule: { in: `PT${(i % 20) / 10}S` },
      to,
      message: `${i}`,
    }));
    const ticks = Array.from({ length: 3 }, async () => {
      await client.reminders.createBatch(reminders);
      return tick();
    });
    for (const { code, err } of await Promise.all(ticks)) expect({ code, err }).toEqual({ code: 0, err: "" });
    await receiver.received(3 * COUNT);
    await vi.waitFor(async () =>
      expect((await client.deliveries.list({ state: "leased" })).items).toEqual([]),
    );
    expect(new Set(receiver.requests.map(({ id }) => id)).size).toBe(3 * COUNT);
    expect(receiver.requests).toHaveLength(3 * COUNT);
    expect(belfry.complaints).not.toMatch(/"level":"(warn|error|fatal)"/);
  });

  test("refuses a part that there is not", async () => {
    const { code, err } = await runBelfry(["tick", "--only", "ring"], {});
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining("promote") });
  });
});
