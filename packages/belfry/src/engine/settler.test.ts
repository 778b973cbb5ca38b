import { expect, test } from "vitest";
import { StoreError } from "../domain/errors.ts";
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

/** With the usual tuning, while nothing is sent, and nobody hears of faults, unless it is said. */
function createSettler(deps: Pick<SettlerDeps, "store" | "clock"> & Partial<SettlerDeps>): Settler<Asked> {
  const usual = { tuning: DEFAULT_TUNING, onFault: () => {}, isSending: () => false };
  return new Settler({ ...usual, ...deps }, ({ tell }, answer) => tell(answer));
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
    if (isBroken) throw new StoreError("store_full", "disk full");
    recorded.push(batch.map((one) => one.deliveryId));
    return { refused: [], kept: [] };
  };
  const settler = createSettler({
    store: { ...store, settle },
    clock,
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
    if (settled === 1) throw new StoreError("store_unreachable", "connection lost");
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
    onFault: (what) => faults.push(what),
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
    isSending: () => true,
  });
  const done = Array.from({ length: 8 }, (_, i) => answerOf(settler, `dlv_${i}`));
  await clock.advance(200);
  await Promise.all(done);
  // After the first two batches 6 and 4 wait, after the third only 2.
  expect(begunAtMs).toEqual([0, 10, 20, 50]);
});

/** A store that takes no batch with any of these in it, whatever else is in it. */
function refusing(poisoned: ReadonlySet<string>) {
  const tried: string[][] = [];
  const recorded: Settlement[] = [];
  const settle = async (batch: readonly Settlement[]): Promise<Settled> => {
    const ids = batch.map(({ deliveryId }) => deliveryId);
    tried.push(ids);
    if (ids.some((id) => poisoned.has(id))) throw new StoreError("store_failed", "invalid byte sequence");
    recorded.push(...batch);
    return { refused: [], kept: [] };
  };
  return { settle, tried, recorded };
}

test("settle() records all others at once when the store refuses one of them", async () => {
  const { clock, store } = createRig();
  const poisoned = new Set(["dlv_77"]);
  const { settle, tried, recorded } = refusing(poisoned);
  const faults: string[] = [];
  const settler = createSettler({
    store: { ...store, settle },
    clock,
    onFault: (what) => faults.push(what),
  });
  const bad = answerOf(settler, "dlv_77");
  const others = Array.from({ length: 499 }, (_, i) => answerOf(settler, `dlv_${i < 77 ? i : i + 1}`));
  await clock.advance(0);
  await Promise.all(others);
  expect(recorded).toHaveLength(499);
  expect(tried.length).toBeLessThan(30);
  expect(faults).toContain("settle delivery dlv_77");
  // It is tried by itself from then on, less and less often.
  await clock.advance(600_000);
  const alone = tried.filter(([id]) => id === "dlv_77").length;
  expect(alone).toBeGreaterThan(10);
  expect(alone).toBeLessThan(30);
  poisoned.clear();
  await clock.advance(60_000);
  expect(await bad).toBe("recorded");
});

test("settle() records the others meanwhile when several are refused", async () => {
  const { clock, store } = createRig();
  const ids = Array.from({ length: 200 }, (_, i) => `dlv_${i}`);
  const poisoned = new Set(ids.filter((_, i) => i % 10 === 3 || i === 4));
  const { settle, recorded, tried } = refusing(poisoned);
  const settler = createSettler({
    store: { ...store, settle },
    clock,
  });
  const answers = ids.map((id) => answerOf(settler, id));
  const good = ids.length - poisoned.size;
  for (let turn = 0; turn < 200 && recorded.length < good; turn++) await clock.advance(10);
  expect(recorded).toHaveLength(good);
  // What comes later is not held up by them.
  const later = answerOf(settler, "dlv_later");
  await clock.advance(1_000);
  expect(await later).toBe("recorded");
  const before = tried.length;
  await clock.advance(600_000);
  expect(tried.length - before).toBeLessThan(poisoned.size * 20);
  poisoned.clear();
  await clock.advance(60_000);
  expect(new Set(await Promise.all(answers))).toEqual(new Set(["recorded"]));
});

test("settle() asks a store that refuses each of many about once a second, and records all soon after it works", async () => {
  const { clock, store } = createRig();
  const ids = Array.from({ length: 1_000 }, (_, i) => `dlv_${i}`);
  const poisoned = new Set(ids);
  const { settle, recorded, tried } = refusing(poisoned);
  const settler = createSettler({
    store: { ...store, settle },
    clock,
  });
  const answers = ids.map((id) => answerOf(settler, id));
  await clock.advance(300_000);
  expect(tried.length).toBeLessThan(350);
  poisoned.clear();
  await clock.advance(2_000);
  await Promise.all(answers);
  expect(recorded).toHaveLength(1_000);
  // Nothing of them was left out: the store was at fault, and not they.
  expect(recorded.every(({ reason }) => reason === null)).toBe(true);
});

test("settle() leaves out what others have said when one is refused again though others are recorded", async () => {
  const { clock, store } = createRig();
  const recorded: Settlement[] = [];
  const settle = async (batch: readonly Settlement[]): Promise<Settled> => {
    if (JSON.stringify(batch).includes("poison")) throw new StoreError("store_failed", "cannot be stored");
    recorded.push(...batch);
    return { refused: [], kept: [] };
  };
  const settler = createSettler({
    store: { ...store, settle },
    clock,
  });
  const attempt = {
    number: 1,
    worker: "wrk_1",
    startedAtMs: 0,
    durationMs: 1,
    outcome: "permanent",
    error: "poison",
    response: { status: 500, body: "poison" },
  } as const;
  const bad: Settlement = { ...settlement("dlv_1"), state: "dead", reason: "poison", attempt };
  const answer = new Promise((tell) => settler.settle({ settlement: bad, tell }));
  const other = answerOf(settler, "dlv_2");
  await clock.advance(5_000);
  expect([await answer, await other]).toEqual(["recorded", "recorded"]);
  expect(recorded.map(({ deliveryId }) => deliveryId)).toEqual(["dlv_2", "dlv_1"]);
  const unsaid = "what was said of it could not be recorded; the log tells why";
  expect(recorded[1]).toMatchObject({ state: "dead", reason: unsaid, attempt: { number: 1, error: unsaid } });
});

test("end() gives up what is not recorded, and asks the store no more", async () => {
  const { clock, store } = createRig();
  const { settle, tried } = refusing(new Set(["dlv_1"]));
  let isCut = false;
  const cut = async (batch: readonly Settlement[]): Promise<Settled> => {
    if (!isCut) return settle(batch);
    tried.push([]);
    throw new StoreError("store_unreachable", "gone");
  };
  const settler = createSettler({
    store: { ...store, settle: cut },
    clock,
  });
  void answerOf(settler, "dlv_1");
  await clock.advance(1_500);
  isCut = true;
  void answerOf(settler, "dlv_2");
  await clock.advance(1_500);
  settler.end();
  const before = tried.length;
  void answerOf(settler, "dlv_3");
  await clock.advance(600_000);
  expect(tried.length).toBe(before);
});
