import { expect, type TestAPI } from "vitest";
import {
  acceptDue,
  claimAll,
  claimOne,
  dueOnce,
  LEASE_MS,
  MINUTE,
  NOW,
  settlementOf,
  TENANT,
} from "./fixtures.ts";
import type { StoreTest } from "./store-test.ts";

/** Leasing. */
export function claimTests(test: TestAPI<StoreTest>): void {
  test("claim() gives what is due with its reminder, and gives it once", async ({ store }) => {
    const delivery = await acceptDue(store);
    const claim = await claimOne(store);
    expect(claim.delivery).toEqual({ ...delivery, state: "leased" });
    expect(claim.reminder.spec.content).toEqual({ text: "hello" });
    expect(claim.inDoubtOf).toBeNull();
    expect(await claimAll(store)).toEqual([]);
  });

  test("claim() takes up to the horizon, soonest first, within its limit", async ({ store }) => {
    for (const [id, seconds] of [
      ["rem_1", 3],
      ["rem_2", 1],
      ["rem_3", 2],
      ["rem_4", 9],
    ] as const) {
      await acceptDue(store, { id, dueMs: NOW + seconds * 1_000 });
    }
    const claims = await claimAll(store, { horizonMs: NOW + 5_000, limit: 2 });
    expect(claims.map((claim) => claim.reminder.id)).toEqual(["rem_2", "rem_3"]);
    expect(await claimAll(store, { horizonMs: NOW + 5_000 })).toHaveLength(1);
  });

  test("claim() takes at most its limit of one lane and never hides another behind it", async ({ store }) => {
    const herd = Array.from({ length: 30 }, (_, i) => dueOnce({ id: `rem_h${i}`, lane: "herd.test" }));
    await store.accept([...herd, dueOnce({ id: "rem_other", lane: "other.test", dueMs: NOW + 1 })]);
    const claims = await claimAll(store, { horizonMs: NOW + 1, limit: 10, laneLimit: 5 });
    const lanes = claims.map((claim) => claim.delivery.lane);
    expect(lanes.filter((lane) => lane.includes("herd"))).toHaveLength(5);
    expect(lanes.filter((lane) => lane.includes("other"))).toHaveLength(1);
  });

  test("claim() counts what a worker holds already against the lane", async ({ store }) => {
    const delivery = await acceptDue(store);
    const held = new Map([[delivery.lane, 5]]);
    expect(await claimAll(store, { laneLimit: 5, held })).toEqual([]);
    expect(await claimAll(store, { laneLimit: 6, held })).toHaveLength(1);
  });

  test("claim() brings parked deliveries back, oldest first, until all are sent", async ({ store }) => {
    const herd = Array.from({ length: 12 }, (_, i) => dueOnce({ id: `rem_${i}`, dueMs: NOW - 12 + i }));
    await store.accept(herd);
    const order: string[] = [];
    for (let round = 0; round < 4; round++) {
      const claims = await claimAll(store, { laneLimit: 3 });
      expect(claims).toHaveLength(3);
      order.push(...claims.map((claim) => claim.reminder.id));
      await store.settle(claims.map((claim) => settlementOf(claim)));
    }
    expect(order).toEqual(herd.map(({ reminder }) => reminder.id));
  });

  test("claim() takes over a lease that has ended, tells whose it was, and counts it", async ({ store }) => {
    await acceptDue(store);
    const first = await claimOne(store, { leaseExpiresAtMs: NOW + 10 });
    expect(await claimAll(store, { nowMs: NOW + 5, horizonMs: NOW + 2_000 })).toEqual([]);
    const second = await claimOne(store, { nowMs: NOW + 10, worker: "wrk_2" });
    expect(second.inDoubtOf).toBe("wrk_1");
    expect(second.fence).toBeGreaterThan(first.fence);
    expect(second.delivery.lostLeases).toBe(1);
    const kept = await store.findDelivery(TENANT, second.delivery.id);
    expect(kept?.story).toEqual(second.delivery.story);
    expect(kept?.story[0]).toMatchObject({ outcome: "in-doubt", worker: "wrk_1" });
  });

  test("nextClaimAt() is the soonest instant to claim, a lease's end included", async ({ store }) => {
    expect(await store.nextClaimAt()).toBeNull();
    await acceptDue(store, { id: "rem_1", dueMs: NOW });
    await acceptDue(store, { id: "rem_2", dueMs: NOW + MINUTE });
    expect(await store.nextClaimAt()).toBe(NOW);
    await claimOne(store, { leaseExpiresAtMs: NOW + 30_000 });
    expect(await store.nextClaimAt()).toBe(NOW + 30_000);
  });

  test("renew() extends a lease that is held and names one that is lost", async ({ store }) => {
    await acceptDue(store);
    const claim = await claimOne(store, { leaseExpiresAtMs: NOW + 10 });
    const lease = { tenantId: TENANT, deliveryId: claim.delivery.id, fence: claim.fence };
    expect(await store.renew([lease], NOW + 60_000)).toEqual([]);
    expect(await claimAll(store, { nowMs: NOW + 10 })).toEqual([]);
    expect(await store.renew([{ ...lease, fence: 99 }], NOW + 60_000)).toEqual([claim.delivery.id]);
  });

  test("release() gives a lease back untried", async ({ store }) => {
    await acceptDue(store);
    const claim = await claimOne(store);
    await store.release([{ tenantId: TENANT, deliveryId: claim.delivery.id, fence: claim.fence }]);
    expect(await store.findDelivery(TENANT, claim.delivery.id)).toMatchObject({
      state: "scheduled",
      attempts: 0,
      lostLeases: 0,
    });
    expect((await claimOne(store)).inDoubtOf).toBeNull();
  });

  test("recover() makes the leases of dead processes claimable at once", async ({ store }) => {
    await acceptDue(store);
    await claimOne(store);
    expect(await store.recover(NOW + 1, LEASE_MS)).toEqual({ ended: 1, nextMs: null });
    expect((await claimOne(store, { nowMs: NOW + 1 })).inDoubtOf).toBe("wrk_1");
  });

  test("recover() gives back untried what was taken ahead of an instant still to come", async ({ store }) => {
    const delivery = await acceptDue(store, { dueMs: NOW + 1_000 });
    await claimOne(store, { horizonMs: NOW + 2_000 });
    expect(await store.recover(NOW + 500, LEASE_MS)).toEqual({ ended: 1, nextMs: null });
    expect(await store.findDelivery(TENANT, delivery.id)).toMatchObject({
      state: "scheduled",
      lostLeases: 0,
    });
  });

  test("recover() gives nothing back untried that was taken before the clock was set back", async ({
    store,
  }) => {
    await acceptDue(store);
    await claimOne(store);
    const backMs = NOW - 60 * MINUTE;
    expect(await store.recover(backMs, LEASE_MS)).toEqual({ ended: 1, nextMs: null });
    expect((await claimOne(store, { nowMs: backMs })).inDoubtOf).toBe("wrk_1");
  });

  test("claim() cancels what is of an older epoch than its reminder", async ({ store }) => {
    const delivery = await acceptDue(store);
    await claimOne(store, { leaseExpiresAtMs: NOW + 10 });
    await store.cancelReminder({ tenantId: TENANT, id: "rem_1", nowMs: NOW });
    expect(await claimAll(store, { nowMs: NOW + 10 })).toEqual([]);
    expect(await store.findDelivery(TENANT, delivery.id)).toMatchObject({ state: "cancelled" });
    expect((await store.findReminder(TENANT, "rem_1"))?.reminder.state).toBe("cancelled");
  });

  test("claim() leaves half of its room to lanes that are not parked", async ({ store }) => {
    const herd = Array.from({ length: 20 }, (_, i) => dueOnce({ id: `rem_h${i}`, lane: "herd.test" }));
    await store.accept(herd);
    await claimAll(store, { limit: 20, laneLimit: 1 });
    await store.accept(
      Array.from({ length: 5 }, (_, i) => dueOnce({ id: `rem_o${i}`, lane: `other${i}.test` })),
    );
    const lanes = (await claimAll(store, { limit: 4, laneLimit: 100 })).map((claim) => claim.delivery.lane);
    expect(lanes.filter((lane) => lane.includes("herd"))).toHaveLength(2);
    expect(lanes.filter((lane) => lane.includes("other"))).toHaveLength(2);
  });

  test("findMissed() gives what waits untried and was due in a stretch of time, page by page", async ({
    store,
  }) => {
    await acceptDue(store, { id: "rem_0", dueMs: NOW - 9 });
    await acceptDue(store, { id: "rem_1", dueMs: NOW - 3 });
    await acceptDue(store, { id: "rem_2", dueMs: NOW - 2 });
    await acceptDue(store, { id: "rem_3", dueMs: NOW });
    const stretch = { dueFromMs: NOW - 3, dueBeforeMs: NOW };
    const [first, ...rest] = await store.findMissed({ ...stretch, limit: 1 });
    expect(first?.reminder.id).toBe("rem_1");
    expect(rest).toEqual([]);
    const others = await store.findMissed({ ...stretch, limit: 5, after: first?.position ?? "" });
    expect(others.map((missed) => missed.reminder.id)).toEqual(["rem_2"]);
  });

  test("findMissed() leaves alone what was redriven", async ({ store }) => {
    const delivery = await acceptDue(store);
    await store.expire([{ tenantId: TENANT, deliveryId: delivery.id, reason: "missed" }], NOW);
    await store.redrive({ tenantId: TENANT, id: delivery.id, nowMs: NOW });
    expect(await store.findMissed({ dueFromMs: 0, dueBeforeMs: NOW + 1, limit: 5 })).toEqual([]);
  });
}
