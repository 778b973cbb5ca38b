import { expect, type TestAPI } from "vitest";
import type { Claim, Lease, Settlement, Store } from "../store.ts";
import {
  acceptDue,
  claimAll,
  claimOne,
  dueOnce,
  LEASE_MS,
  NOW,
  refusedBy,
  settlementOf,
  TENANT,
} from "./fixtures.ts";
import type { StoreTest } from "./store-test.ts";

const SEND_AT = NOW + 500;

/** Retries that stay with their worker. */
export function keepTests(test: TestAPI<StoreTest>): void {
  test("settle() leaves a retry that is to be kept with its worker, under the next fence", async ({
    store,
  }) => {
    const { claim, settlement } = await keptOne(store);
    const delivery = await store.findDelivery(TENANT, claim.delivery.id);
    expect(delivery).toMatchObject({
      state: "leased",
      attempts: 1,
      lostLeases: 0,
      sendAtMs: SEND_AT,
      reason: "no answer",
      story: [settlement.attempt],
    });
    expect(await claimAll(store, { nowMs: SEND_AT })).toEqual([]);
    expect(await refusedBy(store, [settlement])).toEqual([claim.delivery.id]);
    const next = settlementOf({ ...claim, fence: claim.fence + 1, delivery: delivery ?? claim.delivery });
    expect(await store.settle([next])).toEqual({ refused: [], kept: [] });
    expect(await store.findDelivery(TENANT, claim.delivery.id)).toMatchObject({
      state: "delivered",
      attempts: 1,
      story: [settlement.attempt, next.attempt],
    });
    expect((await store.findReminder(TENANT, "rem_1"))?.reminder.state).toBe("finished");
  });

  test("settle() tells of a retry that is kept, and counts it as leased", async ({ store }) => {
    const { claim } = await keptOne(store);
    expect((await store.counts(TENANT)).deliveries).toMatchObject({ leased: 1, retrying: 0, scheduled: 0 });
    const { reminderId } = claim.delivery;
    const asked = { tenantId: TENANT, after: "start", limit: 100, types: undefined, reminderId };
    const told = (await store.listEvents(asked)).items.map(({ type }) => type);
    expect(told).toEqual(["reminder.accepted", "delivery.scheduled", "delivery.retrying"]);
  });

  test("settle() keeps what asks for it and nothing else of a batch", async ({ store }) => {
    await store.accept(["1", "2", "3"].map((digit) => dueOnce({ id: `rem_${digit}` })));
    const [one, two, three] = (await claimAll(store)) as [Claim, Claim, Claim];
    const { keep, ...retry } = keeping(two);
    const { refused, kept } = await store.settle([keeping(one), retry, settlementOf(three)]);
    expect({ refused, kept }).toEqual({ refused: [], kept: [one.delivery.id] });
    const states = [one, two, three].map(
      async ({ delivery }) => (await store.findDelivery(TENANT, delivery.id))?.state,
    );
    expect(await Promise.all(states)).toEqual(["leased", "retrying", "delivered"]);
  });

  test("settle() keeps the rest of a batch in which something was changed meanwhile", async ({ store }) => {
    await store.accept(["1", "2", "3"].map((digit) => dueOnce({ id: `rem_${digit}` })));
    const [one, two, three] = (await claimAll(store)) as [Claim, Claim, Claim];
    await store.cancelReminder({ tenantId: TENANT, id: two.delivery.reminderId, nowMs: NOW });
    const { kept } = await store.settle([one, two, three].map(keeping));
    expect(kept.toSorted()).toEqual([one.delivery.id, three.delivery.id].toSorted());
    const next = { tenantId: TENANT, deliveryId: one.delivery.id, fence: one.fence + 1 };
    expect(await store.renew([next], NOW + LEASE_MS)).toEqual([]);
    expect((await store.counts(TENANT)).deliveries).toMatchObject({ leased: 2, retrying: 0, cancelled: 1 });
  });

  test("settle() keeps no retry that was claimed before a change which took it along", async ({ store }) => {
    await acceptDue(store);
    const claim = await claimOne(store);
    const claimed = { ...claim.delivery, epoch: claim.delivery.epoch - 1 };
    expect(await store.settle([{ ...keeping(claim), claimed }])).toEqual({ refused: [], kept: [] });
    expect((await store.findDelivery(TENANT, claim.delivery.id))?.state).toBe("retrying");
  });

  test("settle() keeps no retry of a reminder that was cancelled meanwhile", async ({ store }) => {
    await acceptDue(store);
    const claim = await claimOne(store);
    await store.cancelReminder({ tenantId: TENANT, id: "rem_1", nowMs: NOW });
    expect(await store.settle([keeping(claim)])).toEqual({ refused: [], kept: [] });
    expect((await store.findDelivery(TENANT, claim.delivery.id))?.state).toBe("cancelled");
  });

  test("release() gives back a retry that was kept: it waits for its instant", async ({ store }) => {
    const { claim, next } = await keptOne(store);
    await store.release([{ ...next, fence: claim.fence }]);
    expect((await store.findDelivery(TENANT, claim.delivery.id))?.state).toBe("leased");
    await store.release([next]);
    expect((await store.findDelivery(TENANT, claim.delivery.id))?.state).toBe("retrying");
    expect(await claimAll(store, { nowMs: SEND_AT - 1 })).toEqual([]);
    expect((await claimOne(store, { nowMs: SEND_AT })).inDoubtOf).toBeNull();
  });

  test("a retry that was kept has the lease that it had before", async ({ store }) => {
    const { claim } = await keptOne(store);
    expect(await claimAll(store, { nowMs: NOW + LEASE_MS - 1 })).toEqual([]);
    const again = await claimOne(store, { nowMs: NOW + LEASE_MS, worker: "wrk_2" });
    expect(again).toMatchObject({ delivery: { id: claim.delivery.id, attempts: 1 }, inDoubtOf: "wrk_1" });
  });

  test("release() and renew() leave alone what another worker holds under the same fence", async ({
    store,
  }) => {
    const { next } = await keptOne(store);
    const theirs = { ...next, worker: "wrk_2" };
    await store.release([theirs]);
    expect(await store.renew([theirs], NOW + 2 * LEASE_MS)).toEqual([next.deliveryId]);
    const ours = { ...next, worker: "wrk_1" };
    expect(await store.renew([ours], NOW + 2 * LEASE_MS)).toEqual([]);
    await store.release([ours]);
    expect((await store.findDelivery(TENANT, next.deliveryId))?.state).toBe("retrying");
  });

  test("renew() names no lease lost that is held under one of two fences", async ({ store }) => {
    const { claim, next } = await keptOne(store);
    const both = [{ ...next, fence: claim.fence }, next];
    expect(await store.renew(both, NOW + 2 * LEASE_MS)).toEqual([]);
    expect(await claimAll(store, { nowMs: NOW + LEASE_MS })).toEqual([]);
  });
}

/** A retry that its worker would keep. */
function keeping(claim: Claim): Settlement & { state: "retrying" } {
  const { tenantId, deliveryId, fence, nowMs, attempt, claimed } = settlementOf(claim);
  return {
    tenantId,
    deliveryId,
    fence,
    nowMs,
    ...(attempt && { attempt }),
    ...(claimed && { claimed }),
    state: "retrying",
    sendAtMs: SEND_AT,
    reason: "no answer",
    keep: true,
  };
}

/** One whose retry is kept, with the lease that its worker has of it then. */
async function keptOne(store: Store): Promise<{ claim: Claim; settlement: Settlement; next: Lease }> {
  await acceptDue(store);
  const claim = await claimOne(store);
  const settlement = keeping(claim);
  const deliveryId = claim.delivery.id;
  expect(await store.settle([settlement])).toEqual({ refused: [], kept: [deliveryId] });
  return { claim, settlement, next: { tenantId: TENANT, deliveryId, fence: claim.fence + 1 } };
}
