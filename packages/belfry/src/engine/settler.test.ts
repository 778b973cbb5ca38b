import { expect, test } from "vitest";
import type { Settled, Settlement } from "../store/store.ts";
import { createRig } from "./engine-fixture.ts";
import { DEFAULT_TUNING } from "./ports.ts";
import { type Recording, type SettleAnswer, Settler, type SettlerDeps } from "./settler.ts";

function settlement(id: string): Settlement {
  return { tenantId: "tnt_test", deliveryId: id, fence: 1, nowMs: 0, state: "delivered", reason: null };
}

interface Asked extends Recording {
  tell: (answer: SettleAnswer) => void;
}

function createSettler(deps: SettlerDeps): Settler<Asked> {
  return new Settler(deps, ({ tell }, answer) => tell(answer));
}

function answerOf(settler: Settler<Asked>, id: string): Promise<SettleAnswer> {
  return new Promise((tell) => settler.settle({ settlement: settlement(id), tell }));
}

test("settle() keeps a batch that the store refuses, and records it once the store can", async () => {
  const { clock, store } = createRig();
  const recorded: string[][] = [];
  const faults: string[] = [];
  let isBroken = true;
  const settle = async (batch: readonly Settlement[]): Promise<Settled> => {
    if (isBroken) throw new Error("disk full");
    recorded.push(batch.map((one) => one.deliveryId));
    return { refused: [], kept: [] };
  };
  const settler = createSettler({
    store: { ...store, settle },
    clock,
    tuning: DEFAULT_TUNING,
    onFault: (what) => faults.push(what),
    isSending: () => true,
  });
  const done = [answerOf(settler, "dlv_1"), answerOf(settler, "dlv_2")];
  await clock.advance(2_500);
  expect(recorded).toEqual([]);
  expect(faults.length).toBeGreaterThan(1);
  isBroken = false;
  await clock.advance(1_000);
  await Promise.all(done);
  expect(recorded).toEqual([["dlv_1", "dlv_2"]]);
});

test("settle() records together what comes while a batch is on its way", async () => {
  const { clock, store } = createRig();
  const sizes: number[] = [];
  const settle = async (batch: readonly Settlement[]): Promise<Settled> => {
    sizes.push(batch.length);
    await new Promise(setImmediate);
    return { refused: [], kept: [] };
  };
  const settler = createSettler({
    store: { ...store, settle },
    clock,
    tuning: DEFAULT_TUNING,
    onFault: () => {},
    isSending: () => true,
  });
  const first = answerOf(settler, "dlv_0");
  await new Promise(setImmediate);
  const others = Array.from({ length: 20 }, (_, i) => answerOf(settler, `dlv_${i}`));
  await clock.advance(10);
  await Promise.all([first, ...others]);
  expect(sizes).toEqual([1, 20]);
});

test("settle() goes on asking when it cannot look whether an outcome was recorded whose answer was lost", async () => {
  const { clock, store } = createRig();
  const faults: string[] = [];
  let settled = 0;
  const settle = async (batch: readonly Settlement[]): Promise<Settled> => {
    settled += 1;
    // It is written, but the answer is lost; from then on it is refused, as it is recorded.
    if (settled === 1) throw new Error("connection lost");
    return { refused: batch.map((one) => one.deliveryId), kept: [] };
  };
  let looked = 0;
  const findDelivery: typeof store.findDelivery = async () => {
    looked += 1;
    if (looked < 3) throw new Error("connection lost");
    return { state: "delivered" } as Awaited<ReturnType<typeof store.findDelivery>>;
  };
  const settler = createSettler({
    store: { ...store, settle, findDelivery },
    clock,
    tuning: DEFAULT_TUNING,
    onFault: (what) => faults.push(what),
    isSending: () => false,
  });
  const done = answerOf(settler, "dlv_1");
  await clock.advance(5_000);
  expect(await done).toBe("recorded");
  expect(looked).toBe(3);
  expect(faults).toEqual([
    "settle deliveries",
    "look whether a delivery is settled",
    "look whether a delivery is settled",
  ]);
});

test("settle() tells the others of a batch when one of them cannot be gone on with, and goes on itself", async () => {
  const { clock, store } = createRig();
  const faults: string[] = [];
  const settle = async (): Promise<Settled> => ({ refused: [], kept: [] });
  const settler = createSettler({
    store: { ...store, settle },
    clock,
    tuning: DEFAULT_TUNING,
    onFault: (what, error) => faults.push(`${what}: ${error}`),
    isSending: () => true,
  });
  const fail = (): never => {
    throw new Error("a fault of ours");
  };
  settler.settle({ settlement: settlement("dlv_1"), tell: fail });
  expect(await answerOf(settler, "dlv_2")).toBe("recorded");
  expect(await answerOf(settler, "dlv_3")).toBe("recorded");
  expect(faults).toEqual(["go on with delivery dlv_1: Error: a fault of ours"]);
});

test("settle() rests while there is something to send, but not while more waits than its backlog", async () => {
  const { clock, store } = createRig();
  const begunAtMs: number[] = [];
  const settle = async (): Promise<Settled> => {
    begunAtMs.push(clock.now() - startedAtMs);
    await new Promise<void>((resolve) => clock.at(clock.now() + 10, resolve));
    return { refused: [], kept: [] };
  };
  const startedAtMs = clock.now();
  const settler = createSettler({
    store: { ...store, settle },
    clock,
    tuning: { settleBatch: 2, settleRest: 2, longestRestMs: 1_000, settleBacklog: 4 },
    onFault: () => {},
    isSending: () => true,
  });
  const done = Array.from({ length: 8 }, (_, i) => answerOf(settler, `dlv_${i}`));
  await clock.advance(200);
  await Promise.all(done);
  // After the first two batches 6 and 4 wait, after the third only 2.
  expect(begunAtMs).toEqual([0, 10, 20, 50]);
});
