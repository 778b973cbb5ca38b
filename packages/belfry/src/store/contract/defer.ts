import { expect, type TestAPI } from "vitest";
import { acceptDue, claimAll, claimOne, MINUTE, NOW, refusedBy, settlementOf, TENANT } from "./fixtures.ts";
import type { StoreTest } from "./store-test.ts";

const EVENTS = { tenantId: TENANT, after: "start", limit: 100, types: undefined, reminderId: undefined };
const UNTIL = NOW + 60 * MINUTE;
const HELD_BACK = { state: "scheduled", sendAtMs: UNTIL, reason: "held back by quiet hours" } as const;

/** Holding a delivery back without a try. */
export function deferTests(test: TestAPI<StoreTest>): void {
  test("settle() holds a delivery back until an instant, untried, with the reason", async ({ store }) => {
    await acceptDue(store);
    const { attempt, ...untried } = settlementOf(await claimOne(store), HELD_BACK);
    expect(attempt).toBeDefined();
    expect(await refusedBy(store, [untried])).toEqual([]);
    const found = await store.findDelivery(TENANT, untried.deliveryId);
    expect(found).toMatchObject({
      state: "scheduled",
      sendAtMs: UNTIL,
      attempts: 0,
      story: [],
      reason: "held back by quiet hours",
      settledAtMs: null,
      occurrence: { dueMs: NOW },
    });
    expect(await claimAll(store, { nowMs: UNTIL - 1 })).toEqual([]);
    expect(await store.nextClaimAt()).toBe(UNTIL);
    expect((await store.counts(TENANT)).deliveries).toMatchObject({ scheduled: 1, leased: 0 });
    const claim = await claimOne(store, { nowMs: UNTIL });
    await store.settle([settlementOf(claim)]);
    expect(await store.findDelivery(TENANT, untried.deliveryId)).toMatchObject({ state: "delivered" });
  });

  test("settle() keeps what a delivery stands for, unless it is told another note with the deferral", async ({
    store,
  }) => {
    await acceptDue(store);
    const noted = { ...HELD_BACK, sendAtMs: NOW, note: "was missed; held back" };
    const first = await claimOne(store);
    await store.settle([settlementOf(first, noted)]);
    await store.settle([settlementOf(await claimOne(store), HELD_BACK)]);
    expect((await store.findDelivery(TENANT, first.delivery.id))?.note).toBe("was missed; held back");
  });

  test("settle() holds one back that has failed before as a retry", async ({ store }) => {
    await acceptDue(store);
    const failed = { state: "retrying", sendAtMs: NOW + MINUTE, reason: "no answer" } as const;
    await store.settle([settlementOf(await claimOne(store), failed)]);
    const { attempt: _, ...untried } = settlementOf(
      await claimOne(store, { nowMs: NOW + MINUTE }),
      HELD_BACK,
    );
    await store.settle([untried]);
    const found = await store.findDelivery(TENANT, untried.deliveryId);
    expect(found).toMatchObject({ state: "retrying", attempts: 1, sendAtMs: UNTIL });
    expect(found?.story).toHaveLength(1);
  });

  test("settle() refuses to hold back what another worker has taken over, and tells of what it does", async ({
    store,
  }) => {
    await acceptDue(store);
    const late = await claimOne(store, { leaseExpiresAtMs: NOW });
    const current = await claimOne(store, { worker: "wrk_2" });
    const deferred = async () => {
      const { items } = await store.listEvents(EVENTS);
      return items.filter(({ type }) => type === "delivery.deferred").map(({ reason }) => reason);
    };
    expect(await refusedBy(store, [settlementOf(late, HELD_BACK)])).toEqual([late.delivery.id]);
    expect(await deferred()).toEqual([]);
    await store.settle([settlementOf(current, HELD_BACK)]);
    expect(await deferred()).toEqual(["held back by quiet hours"]);
  });

  test("settle() cancels what it would hold back if its reminder was cancelled meanwhile", async ({
    store,
  }) => {
    await acceptDue(store);
    const claim = await claimOne(store);
    await store.cancelReminder({ tenantId: TENANT, id: "rem_1", nowMs: NOW });
    await store.settle([settlementOf(claim, HELD_BACK)]);
    expect((await store.findDelivery(TENANT, claim.delivery.id))?.state).toBe("cancelled");
    expect(await store.nextClaimAt()).toBeNull();
  });
}
