import { expect, type TestAPI } from "vitest";
import {
  acceptDue,
  claimAll,
  claimOne,
  deliveryFor,
  dueOnce,
  MINUTE,
  NOW,
  OTHER_TENANT,
  occurrenceAt,
  receiptOf,
  refusedBy,
  reminderOf,
  settlementOf,
  TENANT,
} from "./fixtures.ts";
import type { StoreTest } from "./store-test.ts";

/** Settling, cancelling, redriving. */
export function settleTests(test: TestAPI<StoreTest>): void {
  test("settle() moves the last delivery and its reminder to the history, found as before", async ({
    store,
  }) => {
    await acceptDue(store);
    const claim = await claimOne(store);
    expect(await refusedBy(store, [settlementOf(claim)])).toEqual([]);
    const delivery = await store.findDelivery(TENANT, claim.delivery.id);
    expect(delivery).toMatchObject({ state: "delivered", settledAtMs: NOW, attempts: 0 });
    expect(delivery?.story).toEqual([settlementOf(claim).attempt]);
    expect((await store.findReminder(TENANT, "rem_1"))?.reminder.state).toBe("finished");
    expect(await store.nextClaimAt()).toBeNull();
  });

  test("settle() leaves a reminder active while it has more to promote", async ({ store }) => {
    const reminder = reminderOf({ next: occurrenceAt(NOW + MINUTE) });
    await store.accept([{ reminder, deliveries: [deliveryFor(reminder)] }]);
    await store.settle([settlementOf(await claimOne(store))]);
    const view = await store.findReminder(TENANT, "rem_1");
    expect(view).toMatchObject({ reminder: { state: "active" }, upcoming: { dueMs: NOW + MINUTE } });
  });

  test("settle() refuses a holder whose lease was taken over", async ({ store }) => {
    await acceptDue(store);
    const late = await claimOne(store, { leaseExpiresAtMs: NOW });
    const current = await claimOne(store, { worker: "wrk_2" });
    expect(await refusedBy(store, [settlementOf(late)])).toEqual([late.delivery.id]);
    expect(await refusedBy(store, [settlementOf(current)])).toEqual([]);
    expect(await refusedBy(store, [settlementOf(current)])).toEqual([current.delivery.id]);
  });

  test("settle() refuses row by row", async ({ store }) => {
    await store.accept([dueOnce({ id: "rem_1" }), dueOnce({ id: "rem_2" })]);
    const [one, two] = await claimAll(store);
    if (!one || !two) throw new Error("Cannot claim two");
    expect(await refusedBy(store, [{ ...settlementOf(one), fence: 99 }, settlementOf(two)])).toEqual([
      one.delivery.id,
    ]);
    expect((await store.findDelivery(TENANT, two.delivery.id))?.state).toBe("delivered");
  });

  test("settle() keeps a retry open, with its failed attempt and its instant", async ({ store }) => {
    await acceptDue(store);
    const claim = await claimOne(store);
    const retry = { state: "retrying", sendAtMs: NOW + 500, reason: "no answer" } as const;
    await store.settle([settlementOf(claim, retry)]);
    const delivery = await store.findDelivery(TENANT, claim.delivery.id);
    expect(delivery).toMatchObject({
      state: "retrying",
      sendAtMs: NOW + 500,
      attempts: 1,
      reason: "no answer",
    });
    expect(delivery?.story).toHaveLength(1);
    expect(await claimAll(store, { nowMs: NOW + 499 })).toEqual([]);
    expect((await claimOne(store, { nowMs: NOW + 500 })).delivery.attempts).toBe(1);
  });

  test("expire() settles waiting deliveries with the reason", async ({ store }) => {
    const delivery = await acceptDue(store);
    await store.expire([{ tenantId: TENANT, deliveryId: delivery.id, reason: "missed" }], NOW);
    expect(await store.findDelivery(TENANT, delivery.id)).toMatchObject({
      state: "expired",
      reason: "missed",
    });
    expect((await store.findReminder(TENANT, "rem_1"))?.reminder.state).toBe("finished");
  });

  test("cancelReminder() ends what waits and counts what is in flight", async ({ store }) => {
    const reminder = reminderOf({ next: occurrenceAt(NOW + MINUTE) });
    const deliveries = [deliveryFor(reminder, NOW), deliveryFor(reminder, NOW + 1_000)];
    await store.accept([{ reminder, deliveries }]);
    const claim = await claimOne(store);
    const result = await store.cancelReminder({ tenantId: TENANT, id: "rem_1", nowMs: NOW });
    expect(result).toMatchObject({
      kind: "cancelled",
      cancelled: 1,
      inFlight: [claim.delivery.id],
      view: { reminder: { state: "cancelled", epoch: 1, next: null } },
    });
    expect(await store.findDueReminders({ horizonMs: NOW + MINUTE, limit: 10 })).toEqual([]);
    await store.settle([settlementOf(claim)]);
    expect((await store.findReminder(TENANT, "rem_1"))?.reminder.state).toBe("cancelled");
  });

  test("settle() cancels a retry of a reminder that was cancelled meanwhile", async ({ store }) => {
    await acceptDue(store);
    const claim = await claimOne(store);
    await store.cancelReminder({ tenantId: TENANT, id: "rem_1", nowMs: NOW });
    await store.settle([settlementOf(claim, { state: "retrying", sendAtMs: NOW, reason: "no answer" })]);
    expect((await store.findDelivery(TENANT, claim.delivery.id))?.state).toBe("cancelled");
    expect(await store.nextClaimAt()).toBeNull();
  });

  test("cancelReminder() changes nothing the second time, and is null for an unknown one", async ({
    store,
  }) => {
    await acceptDue(store);
    await store.cancelReminder({ tenantId: TENANT, id: "rem_1", nowMs: NOW });
    const again = await store.cancelReminder({ tenantId: TENANT, id: "rem_1", nowMs: NOW });
    expect(again).toMatchObject({ cancelled: 0, inFlight: [], view: { reminder: { epoch: 1 } } });
    expect(await store.cancelReminder({ tenantId: OTHER_TENANT, id: "rem_1", nowMs: NOW })).toBeNull();
  });

  test("redrive() brings a dead delivery and its reminder back with the same id", async ({ store }) => {
    await acceptDue(store);
    const dead = await claimOne(store);
    await store.settle([settlementOf(dead, { state: "dead", reason: "refused" })]);
    const later = NOW + 10 * MINUTE;
    const receiptFor = () => receiptOf("again");
    const result = await store.redrive({
      tenantId: TENANT,
      id: dead.delivery.id,
      nowMs: later,
      receiptOf: receiptFor,
    });
    expect(result).toMatchObject({
      kind: "redriven",
      delivery: { state: "scheduled", attempts: 0, sendAtMs: later },
    });
    expect(await store.findReceipt(receiptOf("again"))).not.toBeNull();
    const claim = await claimOne(store, { nowMs: later });
    expect(claim.delivery).toMatchObject({ id: dead.delivery.id, occurrence: { dueMs: NOW } });
    expect(claim.delivery.story).toHaveLength(1);
    await store.settle([settlementOf(claim)]);
    expect((await store.findReminder(TENANT, "rem_1"))?.reminder.state).toBe("finished");
  });

  test("redrive() changes nothing when its receipt was used meanwhile", async ({ store }) => {
    await acceptDue(store);
    const dead = await claimOne(store);
    await store.settle([settlementOf(dead, { state: "dead", reason: "refused" })]);
    await store.accept([], receiptOf("again"));
    const receiptFor = () => receiptOf("again");
    const again = store.redrive({
      tenantId: TENANT,
      id: dead.delivery.id,
      nowMs: NOW,
      receiptOf: receiptFor,
    });
    await expect(again).rejects.toMatchObject({ code: "idempotency_conflict" });
    expect((await store.findDelivery(TENANT, dead.delivery.id))?.state).toBe("dead");
  });

  test("redrive() refuses what is open or delivered, and is null for an unknown one", async ({ store }) => {
    const delivery = await acceptDue(store);
    const request = { tenantId: TENANT, id: delivery.id, nowMs: NOW };
    expect(await store.redrive(request)).toEqual({ kind: "refused", state: "scheduled" });
    await store.settle([settlementOf(await claimOne(store))]);
    expect(await store.redrive(request)).toEqual({ kind: "refused", state: "delivered" });
    expect(await store.redrive({ ...request, tenantId: OTHER_TENANT })).toBeNull();
  });

  test("promote() makes no second delivery of an occurrence that is in the history", async ({ store }) => {
    const reminder = reminderOf({ next: occurrenceAt(NOW + MINUTE) });
    const delivery = deliveryFor(reminder);
    await store.accept([{ reminder, deliveries: [delivery] }]);
    await store.settle([settlementOf(await claimOne(store))]);
    const next = occurrenceAt(NOW + MINUTE);
    await store.promote([
      {
        tenantId: TENANT,
        reminderId: "rem_1",
        version: 1,
        next,
        deliveries: [delivery],
        rung: 1,
        nowMs: NOW,
      },
    ]);
    expect((await store.findDelivery(TENANT, delivery.id))?.state).toBe("delivered");
    expect(await store.nextClaimAt()).toBeNull();
  });
}
