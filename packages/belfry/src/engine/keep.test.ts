import { expect, test } from "vitest";
import type { ClaimRequest, StoreSignals } from "../store/store.ts";
import { createRig, type Rig, START, TENANT } from "./engine-fixture.ts";
import type { Tuning } from "./ports.ts";

const SOON = { schedule: { in: "PT1S" }, retry: { initial: "PT1S", maxAttempts: 3 } } as const;

/** A rig whose first attempts fail. */
function createFailingRig(failures = 1, tuning: Partial<Tuning> = {}): Rig {
  const rig = createRig(tuning);
  rig.channel.answer = ({ attempt }) =>
    attempt <= failures ? { kind: "retryable", error: "500" } : { kind: "delivered" };
  return rig;
}

/** Has the first attempt go on until it is resolved. */
function holdFirstAnswer({ channel }: Rig): PromiseWithResolvers<void> {
  const held = Promise.withResolvers<void>();
  const { answer } = channel;
  channel.answer = async (message) => {
    if (message.attempt === 1) await held.promise;
    return answer(message);
  };
  return held;
}

/** Has the store's answers to a settlement come so much later than it is written. */
function slowSettle({ store, clock }: Rig, lateMs: number): void {
  const { settle } = store;
  store.settle = async (batch) => {
    const settled = await settle(batch);
    await new Promise<void>((resolve) => clock.at(clock.now() + lateMs, resolve));
    return settled;
  };
}

async function deliveryOf(rig: Rig, reminderId: string) {
  const request = { tenantId: TENANT.id, limit: 10, after: undefined, reminderId, state: undefined };
  const [delivery] = (await rig.store.listDeliveries(request)).items;
  return delivery;
}

function claimsIn({ events }: Rig): number {
  return events.filter(({ kind }) => kind === "claimed").length;
}

test("a retry that is soon stays with its worker, and goes out at its instant", async () => {
  const rig = createFailingRig(2);
  await rig.engine.start();
  const id = await rig.accept(SOON);
  await rig.clock.advance(1_100);
  const first = await deliveryOf(rig, id);
  expect(first).toMatchObject({ state: "leased", attempts: 1, sendAtMs: START + 1_500 });
  expect((await rig.engine.explainDelivery(TENANT.id, first?.id ?? ""))?.fate).toEqual({
    kind: "being-sent",
    text: "It failed 1 of 3 attempts, and a worker holds it to try it again at 2026-03-01T00:00:01.500Z: 500.",
  });
  await rig.clock.advance(5_000);
  // With a jitter of one half.
  expect(rig.channel.sent.map(({ attemptAtMs }) => attemptAtMs - START)).toEqual([1_000, 1_500, 2_500]);
  expect(claimsIn(rig)).toBe(1);
  const delivery = await deliveryOf(rig, id);
  expect(delivery).toMatchObject({ state: "delivered", attempts: 2, lostLeases: 0 });
  expect(delivery?.story.map(({ number, outcome }) => [number, outcome])).toEqual([
    [1, "retryable"],
    [2, "retryable"],
    [3, "delivered"],
  ]);
});

test("a retry that is not soon waits in the store", async () => {
  const rig = createFailingRig();
  await rig.engine.start();
  const id = await rig.accept({ ...SOON, retry: { initial: "PT10S" } });
  await rig.clock.advance(1_100);
  expect(await deliveryOf(rig, id)).toMatchObject({ state: "retrying", sendAtMs: START + 6_000 });
  await rig.clock.advance(10_000);
  expect(claimsIn(rig)).toBe(2);
});

test("a retry has its turn when what fell due before it is sent, also if that came in hand later", async () => {
  const rig = createRig({ handLimit: 200, laneHandLimit: 4 });
  const { clock, channel } = rig;
  channel.concurrencyPerDestination = 1;
  channel.answer = async ({ content: { text }, attempt }) => {
    await new Promise<void>((resolve) => clock.at(clock.now() + 400, resolve));
    return text === "fails" && attempt === 1 ? { kind: "retryable", error: "500" } : { kind: "delivered" };
  };
  await rig.engine.start();
  for (const [index, text] of ["fails", "a", "b", "c", "d", "e"].entries())
    await rig.accept({ ...SOON, schedule: { in: `PT1.00${index}S` }, content: { text } });
  await clock.advance(10_000);
  // It falls due while `b` is sent, and `d` and `e` wait in the store still.
  expect(rig.texts()).toEqual(["fails", "a", "b", "c", "d", "e", "fails"]);
});

test("of a lane that fills half of the hand all retries are kept", async () => {
  const rig = createFailingRig(1, { handLimit: 200, laneHandLimit: 100 });
  slowSettle(rig, 200);
  await rig.engine.start();
  for (let i = 0; i < 100; i++) await rig.accept(SOON);
  await rig.clock.advance(10_000);
  expect(claimsIn(rig)).toBe(100);
  expect((await rig.store.counts(TENANT.id)).deliveries).toMatchObject({ delivered: 100 });
});

test("of a lane that fills the hand only so many retries are kept that half of it is free for other lanes", async () => {
  const rig = createFailingRig(1, { handLimit: 200, laneHandLimit: 200 });
  slowSettle(rig, 200);
  await rig.engine.start();
  for (let i = 0; i < 160; i++) await rig.accept({ ...SOON, retry: { initial: "PT3S", maxAttempts: 3 } });
  await rig.clock.advance(2_000);
  const { deliveries } = await rig.store.counts(TENANT.id);
  expect(deliveries).toMatchObject({ leased: 100, retrying: 60 });
  await rig.clock.advance(10_000);
  expect((await rig.store.counts(TENANT.id)).deliveries).toMatchObject({ delivered: 160 });
});

test("cancel() of what is about to be kept sends it no more", async () => {
  const rig = createFailingRig();
  slowSettle(rig, 200);
  await rig.engine.start();
  const id = await rig.accept(SOON);
  await rig.clock.advance(1_100);
  await rig.engine.cancel(TENANT.id, id);
  await rig.clock.advance(10_000);
  expect(rig.channel.sent).toHaveLength(1);
  expect(await deliveryOf(rig, id)).toMatchObject({ state: "cancelled", attempts: 1, lostLeases: 0 });
});

test("edit() of what is about to be kept has it sent as it is then", async () => {
  const rig = createFailingRig();
  slowSettle(rig, 200);
  await rig.engine.start();
  const id = await rig.accept(SOON);
  await rig.clock.advance(1_100);
  await rig.engine.edit(TENANT, id, { content: { text: "changed" } });
  await rig.clock.advance(10_000);
  expect(rig.texts()).toEqual(["hi", "changed"]);
});

test("edit() elsewhere of what is about to be kept has it sent as it is then", async () => {
  const rig = createFailingRig();
  slowSettle(rig, 200);
  const { promise, resolve } = Promise.withResolvers<StoreSignals>();
  rig.store.watchSignals = (signals) => {
    resolve(signals);
    return () => {};
  };
  await rig.engine.start();
  const id = await rig.accept(SOON);
  await rig.clock.advance(1_100);
  await rig.restart().edit(TENANT, id, { content: { text: "changed" } });
  (await promise).onChanged(TENANT.id, id);
  await rig.clock.advance(10_000);
  expect(rig.texts()).toEqual(["hi", "changed"]);
});

test("what is about to be kept has its place in its lane until it is let go of", async () => {
  const rig = createFailingRig();
  slowSettle(rig, 200);
  const held: ClaimRequest["held"][] = [];
  const { claim } = rig.store;
  rig.store.claim = (request) => {
    held.push(request.held);
    return claim(request);
  };
  await rig.engine.start();
  const id = await rig.accept(SOON);
  await rig.clock.advance(1_100);
  const lane = (await deliveryOf(rig, id))?.lane ?? "";
  await rig.accept({ schedule: { in: "PT0.05S" }, to: { channel: "webhook", address: "http://two.test/" } });
  await rig.clock.advance(10);
  expect(held.at(-1)?.get(lane)).toBe(1);
  await rig.clock.advance(10_000);
  await rig.accept({ schedule: { in: "PT0.05S" } });
  await rig.clock.advance(10);
  expect(held.at(-1)?.size).toBe(0);
});

test("stop() gives back what is about to be kept, for another to send at its instant", async () => {
  const rig = createFailingRig();
  slowSettle(rig, 200);
  await rig.engine.start();
  const id = await rig.accept(SOON);
  await rig.clock.advance(1_100);
  const stopped = rig.engine.stop();
  await rig.clock.advance(1_000);
  await stopped;
  expect(await deliveryOf(rig, id)).toMatchObject({ state: "retrying", attempts: 1 });
  const next = rig.restart();
  await next.start();
  await rig.clock.advance(5_000);
  expect(await deliveryOf(rig, id)).toMatchObject({ state: "delivered", attempts: 1, lostLeases: 0 });
  await next.stop();
});

test("what is lost to another before its record is heard of is not sent", async () => {
  const rig = createFailingRig();
  slowSettle(rig, 20_000);
  await rig.engine.start();
  await rig.accept(SOON);
  await rig.clock.advance(1_100);
  // From now on another has it, under whatever fence.
  let asked = 0;
  rig.store.renew = async (leases) => {
    asked += leases.length;
    return leases.map(({ deliveryId }) => deliveryId);
  };
  await rig.clock.advance(25_000);
  expect(asked).toBeGreaterThan(0);
  expect(rig.channel.sent).toHaveLength(1);
});

test("what the store does not keep is not given back: another may have it by then", async () => {
  const rig = createFailingRig();
  const { settle } = rig.store;
  rig.store.settle = async (batch) => {
    const plain = batch.map((one) => (one.state === "retrying" ? { ...one, keep: false } : one));
    const settled = await settle(plain);
    const request = { worker: "wrk_other", laneLimit: 10, limit: 10, held: new Map() };
    const nowMs = rig.clock.now();
    await rig.store.claim({ ...request, nowMs, horizonMs: nowMs + 2_000, leaseExpiresAtMs: nowMs + 30_000 });
    return settled;
  };
  await rig.engine.start();
  const id = await rig.accept(SOON);
  await rig.clock.advance(10_000);
  expect(rig.channel.sent).toHaveLength(1);
  expect((await deliveryOf(rig, id))?.state).toBe("leased");
});

test("edit() of what is being sent has its retry sent as it is then", async () => {
  const rig = createFailingRig();
  const answer = holdFirstAnswer(rig);
  await rig.engine.start();
  const id = await rig.accept(SOON);
  await rig.clock.advance(1_100);
  await rig.engine.edit(TENANT, id, { content: { text: "changed" } });
  answer.resolve();
  await rig.clock.advance(10_000);
  expect(rig.texts()).toEqual(["hi", "changed"]);
});

test("cancel() in the same commit as the record of a failure sends it no more", async () => {
  const rig = createFailingRig();
  const answer = holdFirstAnswer(rig);
  let cancelled: Promise<unknown> | undefined;
  const { settle } = rig.store;
  await rig.engine.start();
  const id = await rig.accept(SOON);
  rig.store.settle = (batch) => {
    const settled = settle(batch);
    cancelled ??= rig.engine.cancel(TENANT.id, id);
    return settled;
  };
  await rig.clock.advance(1_100);
  answer.resolve();
  await rig.clock.advance(10_000);
  await cancelled;
  expect(rig.channel.sent).toHaveLength(1);
  expect((await deliveryOf(rig, id))?.state).toBe("cancelled");
});

test.for([0, 1, 20])(
  "a change that looks at the hand %i ms before a failure is recorded has its retry sent as it is then",
  async (gapMs) => {
    const rig = createFailingRig();
    const answer = holdFirstAnswer(rig);
    await rig.engine.start();
    const id = await rig.accept(SOON);
    await rig.clock.advance(1_100);
    const { changeReminder } = rig.store;
    rig.store.changeReminder = async (change) => {
      // It has been looked for in the hand, where it was being sent.
      answer.resolve();
      await rig.clock.advance(gapMs);
      return changeReminder(change);
    };
    await rig.engine.edit(TENANT, id, { content: { text: "changed" } });
    await rig.clock.advance(10_000);
    expect(rig.texts()).toEqual(["hi", "changed"]);
  },
);

test("a renewal that was on its way when a failure was recorded loses nothing that is kept", async () => {
  const rig = createFailingRig();
  const answer = holdFirstAnswer(rig);
  await rig.engine.start();
  const id = await rig.accept({ ...SOON, inDoubt: "hold" });
  const { renew } = rig.store;
  let renewals = 0;
  rig.store.renew = async (leases, untilMs) => {
    renewals += 1;
    if (renewals > 1) return renew(leases, untilMs);
    // It is recorded and kept before the renewal, which waited for its row, finds the old fence no more.
    answer.resolve();
    while ((await deliveryOf(rig, id))?.attempts !== 1) await new Promise(setImmediate);
    return renew(leases, untilMs);
  };
  await rig.clock.advance(40_000);
  expect(renewals).toBeGreaterThan(0);
  expect(rig.channel.sent).toHaveLength(2);
  expect(await deliveryOf(rig, id)).toMatchObject({ state: "delivered", lostLeases: 0 });
});
