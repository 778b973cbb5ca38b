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

test("of a lane that fills the hand only so few retries are kept that another lane has room", async () => {
  const rig = createFailingRig(1, { handLimit: 200, laneHandLimit: 200 });
  slowSettle(rig, 200);
  await rig.engine.start();
  for (let i = 0; i < 160; i++) await rig.accept({ ...SOON, retry: { initial: "PT3S", maxAttempts: 3 } });
  await rig.clock.advance(2_000);
  const { deliveries } = await rig.store.counts(TENANT.id);
  expect(deliveries).toMatchObject({ leased: 5, retrying: 155 });
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

test("what another has taken over by the time its record is heard of is not sent", async () => {
  const rig = createFailingRig();
  slowSettle(rig, 200);
  await rig.engine.start();
  const id = await rig.accept(SOON);
  await rig.clock.advance(1_100);
  // A renewal that finds it under neither fence.
  rig.store.renew = async (leases) => leases.map(({ deliveryId }) => deliveryId);
  await rig.clock.advance(90_000);
  expect(rig.channel.sent.length).toBeLessThanOrEqual(2);
  expect((await deliveryOf(rig, id))?.story.filter(({ outcome }) => outcome === "retryable")).toHaveLength(1);
});
