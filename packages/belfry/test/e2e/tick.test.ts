import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DeliveryResource } from "../../src/http/schemas/delivery.ts";
import { type RecordingReceiver, startRecordingReceiver } from "../receivers/recording-receiver.ts";
import { type CommandRun, runBelfry } from "./belfry-command.ts";
import { BelfryProcess } from "./belfry-process.ts";

/** Short, so that what is accepted is not promoted at once. */
const NEAR = { BELFRY_NEAR_WINDOW: "PT0.5S", BELFRY_TICK: "PT0.5S" };
const DUE_IN_MS = 2_000;

let belfry: BelfryProcess;
let receiver: RecordingReceiver;

beforeEach(async () => {
  receiver = await startRecordingReceiver();
  belfry = await BelfryProcess.start(NEAR);
});

afterEach(async () => {
  await belfry?.[Symbol.asyncDispose]();
  await receiver?.close();
});

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

describe("belfry tick", () => {
  test("on a folder without a server sends what is due and ends; again, it finds nothing to do", async () => {
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

  test("is refused in one line while a server runs on the folder, which goes on", async () => {
    const { code, out, err } = await tick();
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(
      /^Cannot use \S+belfry\.lock: another Belfry runs on this folder; stop it first.+\n$/,
    );
    expect(await belfry.api("GET", "/v1/reminders")).toMatchObject({ status: 200 });
  });

  test("refuses a part that there is not", async () => {
    expect(await tick("--only", "ring")).toMatchObject({ code: 2, err: expect.stringContaining("promote") });
  });
});
