import { expect, type TestAPI } from "vitest";
import type { Delivery } from "../../domain/delivery.ts";
import { deliveryOf } from "../../domain/promotion.ts";
import type { Reminder } from "../../domain/reminder.ts";
import type { ReminderChange, Store } from "../store.ts";
import {
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
  wayOf,
} from "./fixtures.ts";
import type { StoreTest } from "./store-test.ts";

function changeOf(reminder: Reminder, change: Partial<ReminderChange> = {}): ReminderChange {
  return {
    kind: "changed",
    reminder: { ...reminder, version: reminder.version + 1, epoch: reminder.epoch + 1 },
    fromVersion: reminder.version,
    deliveries: [],
    movesInstants: false,
    reason: "changed",
    spentFromMs: NOW - MINUTE,
    nowMs: NOW,
    ...change,
  };
}

/** A reminder with an occurrence still to come, and one that waits for each instant. */
async function acceptWaiting(store: Store, dues: readonly number[]) {
  const reminder = reminderOf({ next: occurrenceAt(NOW + 60 * MINUTE) });
  const deliveries = dues.map((dueMs) => deliveryFor(reminder, dueMs));
  await store.accept([{ reminder, deliveries }]);
  return { reminder, deliveries };
}

function inEpoch(delivery: Delivery, epoch: number): Delivery {
  return { ...delivery, epoch };
}

/** Changing reminders, and ringing them by hand. */
export function changeTests(test: TestAPI<StoreTest>): void {
  test("changeReminder() replaces the reminder and keeps, adds and withdraws what waits", async ({
    store,
  }) => {
    const { reminder, deliveries } = await acceptWaiting(store, [NOW, NOW + MINUTE]);
    const fresh = deliveryFor(reminder, NOW + 2 * MINUTE);
    const wanted = [...deliveries.slice(1), fresh].map((delivery) => inEpoch(delivery, 1));
    const spec = { ...reminder.spec, content: { text: "new" } };
    const changed = { ...reminder, version: 2, epoch: 1, spec };
    const result = await store.changeReminder(changeOf(reminder, { reminder: changed, deliveries: wanted }));
    expect(result).toMatchObject({ kind: "changed", withdrawn: 1, planned: 2, inFlight: [] });
    expect((await store.findReminder(TENANT, "rem_1"))?.reminder.spec.content).toEqual({ text: "new" });
    const open = await store.findOpenDeliveries(TENANT, "rem_1");
    expect(open.map(({ id, epoch }) => [id, epoch])).toEqual(wanted.map(({ id }) => [id, 1]));
    const claims = await claimAll(store, { horizonMs: NOW + 2 * MINUTE });
    expect(claims.map((claim) => claim.reminder.spec.content.text)).toEqual(["new", "new"]);
  });

  test("changeReminder() is refused if the reminder has moved on, and changes nothing", async ({ store }) => {
    const { reminder } = await acceptWaiting(store, [NOW]);
    const stale = changeOf(reminder, { fromVersion: 7 });
    expect(await store.changeReminder(stale)).toEqual({ kind: "conflict" });
    const other = { ...reminder, tenantId: OTHER_TENANT };
    expect(await store.changeReminder(changeOf(other))).toEqual({ kind: "conflict" });
    expect(await store.findOpenDeliveries(TENANT, "rem_1")).toHaveLength(1);
    expect((await store.findReminder(TENANT, "rem_1"))?.reminder).toEqual(reminder);
  });

  test("changeReminder() tells what is in flight, and cancels its retry unless it shall wait", async ({
    store,
  }) => {
    const { reminder, deliveries } = await acceptWaiting(store, [NOW, NOW + 1]);
    const [first, second] = await claimAll(store, { horizonMs: NOW + 1 });
    if (!first || !second) throw new Error("Cannot test: two were to be claimed");
    const kept = deliveries.slice(0, 1).map((delivery) => inEpoch(delivery, 1));
    const result = await store.changeReminder(changeOf(reminder, { deliveries: kept }));
    expect(result).toMatchObject({ inFlight: [first.delivery.id, second.delivery.id] });
    const retry = { state: "retrying", sendAtMs: NOW + MINUTE, reason: "broken" } as const;
    await store.settle([settlementOf(first, retry), settlementOf(second, retry)]);
    expect(await store.findDelivery(TENANT, first.delivery.id)).toMatchObject({
      state: "retrying",
      epoch: 1,
    });
    expect(await store.findDelivery(TENANT, second.delivery.id)).toMatchObject({ state: "cancelled" });
  });

  test("changeReminder() never plans again what was sent or is being sent, whatever the target", async ({
    store,
  }) => {
    const { reminder } = await acceptWaiting(store, [NOW, NOW + 1]);
    const sent = await claimOne(store);
    await store.settle([settlementOf(sent)]);
    await claimOne(store, { horizonMs: NOW + 1 });
    const elsewhere = {
      ...reminder,
      spec: { ...reminder.spec, target: { channel: "webhook", address: "http://two.test/" } },
    };
    const again = [NOW, NOW + 1].map((dueMs) => inEpoch(deliveryFor(elsewhere, dueMs), 1));
    const changed = { ...elsewhere, version: 2, epoch: 1 };
    const result = await store.changeReminder(changeOf(reminder, { reminder: changed, deliveries: again }));
    expect(result).toMatchObject({ planned: 0 });
    // Nor does a later promotion, when the history may be gone.
    await store.promote([
      {
        tenantId: TENANT,
        reminderId: "rem_1",
        version: 2,
        next: null,
        deliveries: again.slice(0, 1),
        rung: 1,
        nowMs: NOW,
      },
    ]);
    expect(await store.findOpenDeliveries(TENANT, "rem_1")).toHaveLength(1);
    const ids = again.map((delivery) => delivery.occurrenceId);
    const request = { tenantId: TENANT, reminderId: "rem_1", dueFromMs: NOW + MINUTE, occurrenceIds: ids };
    expect([...(await store.findSpent(request))]).toEqual(ids.slice(0, 1));
  });

  test("findSpent() knows what a yearly rule rang, however long ago", async ({ store }) => {
    const years = ["2024", "2025", "2026"].map((key) => ({ ...occurrenceAt(NOW), key }));
    const reminder = reminderOf({ next: occurrenceAt(NOW + MINUTE) });
    const deliveries = years.map((occurrence) =>
      deliveryOf({ reminder, ring: { occurrence, note: null }, way: wayOf(reminder), nowMs: NOW }),
    );
    await store.accept([{ reminder, deliveries }]);
    const ids = deliveries.map((delivery) => delivery.occurrenceId);
    await store.settle([settlementOf(await claimOne(store))]);
    const missed = { tenantId: TENANT, deliveryId: deliveries[1]?.id ?? "", reason: "missed" };
    await store.expire([missed], NOW);
    await store.cancelReminder({ tenantId: TENANT, id: "rem_1", nowMs: NOW });
    const request = { tenantId: TENANT, reminderId: "rem_1", dueFromMs: NOW + MINUTE, occurrenceIds: ids };
    expect([...(await store.findSpent(request))]).toEqual(ids.slice(0, 2));
  });

  test("changeReminder() lets what it withdrew come back with its story", async ({ store }) => {
    const { reminder } = await acceptWaiting(store, [NOW]);
    const claim = await claimOne(store);
    const failed = { state: "retrying", sendAtMs: NOW + MINUTE, reason: "broken" } as const;
    await store.settle([settlementOf(claim, failed)]);
    await store.changeReminder(changeOf(reminder));
    expect(await store.findDelivery(TENANT, claim.delivery.id)).toMatchObject({
      state: "cancelled",
      reason: "changed",
    });
    const paused = { ...reminder, version: 2, epoch: 1 };
    const back = inEpoch(claim.delivery, 2);
    await store.changeReminder(changeOf(paused, { deliveries: [{ ...back, state: "scheduled" }] }));
    const found = await store.findDelivery(TENANT, claim.delivery.id);
    expect(found).toMatchObject({ state: "scheduled", epoch: 2 });
    expect(found?.story).toHaveLength(1);
  });

  test("changeReminder() lets come back into nobody's hands what a worker held when its deliveries were read", async ({
    store,
  }) => {
    const { reminder } = await acceptWaiting(store, [NOW]);
    const claim = await claimOne(store);
    await store.changeReminder(changeOf(reminder));
    const changed = { ...reminder, version: 2, epoch: 1 };
    const read = inEpoch((await store.findOpenDeliveries(TENANT, reminder.id))[0] as Delivery, 2);
    expect(read.state).toBe("leased");
    const failed = { state: "retrying", sendAtMs: NOW + MINUTE, reason: "broken" } as const;
    await store.settle([settlementOf(claim, failed)]);
    await store.changeReminder(changeOf(changed, { deliveries: [read] }));
    expect(await store.findDelivery(TENANT, read.id)).toMatchObject({ state: "scheduled", attempts: 0 });
    expect(await claimOne(store)).toMatchObject({ inDoubtOf: null, delivery: { lostLeases: 0 } });
  });

  test("changeReminder() lets what it withdrew come back under a fence that nobody has had", async ({
    store,
  }) => {
    const { reminder } = await acceptWaiting(store, [NOW]);
    const claim = await claimOne(store);
    const lease = { tenantId: TENANT, deliveryId: claim.delivery.id, fence: claim.fence };
    await store.release([lease]);
    await store.changeReminder(changeOf(reminder));
    const paused = { ...reminder, version: 2, epoch: 1 };
    const back: Delivery = { ...inEpoch(claim.delivery, 2), state: "scheduled" };
    await store.changeReminder(changeOf(paused, { deliveries: [back] }));
    const anew = await claimOne(store, { worker: "wrk_2" });
    expect(anew.fence).toBeGreaterThan(claim.fence);
    // Who held it before, and slept through all that, finds that it has lost it.
    expect(await store.renew([lease], NOW + MINUTE)).toEqual([claim.delivery.id]);
    expect(await refusedBy(store, [settlementOf(claim)])).toEqual([claim.delivery.id]);
    expect(await refusedBy(store, [settlementOf(anew)])).toEqual([]);
  });

  test("changeReminder() moves the instants of what waits when the schedule is new", async ({ store }) => {
    const { reminder, deliveries } = await acceptWaiting(store, [NOW]);
    const occurrence = { ...occurrenceAt(NOW), dueMs: NOW + MINUTE };
    const moved = deliveries.map((one) => ({ ...one, epoch: 1, occurrence, sendAtMs: NOW + MINUTE }));
    await store.changeReminder(changeOf(reminder, { deliveries: moved, movesInstants: true }));
    expect(await claimAll(store, { horizonMs: NOW + MINUTE - 1 })).toEqual([]);
    const [claim] = await claimAll(store, { horizonMs: NOW + MINUTE });
    expect(claim?.delivery).toMatchObject({ sendAtMs: NOW + MINUTE, occurrence });
  });

  test("changeReminder() finishes a reminder of which nothing is left", async ({ store }) => {
    const { reminder } = await acceptWaiting(store, [NOW]);
    const over = { ...reminder, version: 2, epoch: 1, next: null };
    const result = await store.changeReminder(changeOf(reminder, { reminder: over }));
    expect(result).toMatchObject({ withdrawn: 1, view: { reminder: { state: "finished" }, upcoming: null } });
    expect((await store.findReminder(TENANT, "rem_1"))?.reminder.state).toBe("finished");
  });

  test("changeReminder() and ring() keep their receipt with the change, or change nothing", async ({
    store,
  }) => {
    const { reminder } = await acceptWaiting(store, [NOW]);
    await store.accept([], receiptOf("used"));
    const refused = store.changeReminder(changeOf(reminder, { receiptOf: () => receiptOf("used") }));
    await expect(refused).rejects.toMatchObject({ code: "idempotency_conflict" });
    const ring = {
      tenantId: TENANT,
      reminderId: "rem_1",
      deliveries: [deliveryFor(reminder, NOW + 7)],
      nowMs: NOW,
    };
    const unrung = store.ring({ ...ring, receiptOf: () => receiptOf("used") });
    await expect(unrung).rejects.toMatchObject({ code: "idempotency_conflict" });
    expect(await store.findOpenDeliveries(TENANT, "rem_1")).toHaveLength(1);
    await store.changeReminder(changeOf(reminder, { receiptOf: () => receiptOf("k") }));
    expect(await store.findReceipt(receiptOf("k"))).not.toBeNull();
  });

  test("ring() adds a delivery in the reminder's epoch, and brings a finished reminder back", async ({
    store,
  }) => {
    const { reminder } = dueOnce();
    await store.accept([dueOnce()]);
    await store.settle([settlementOf(await claimOne(store))]);
    const delivery = deliveryFor(reminder, NOW + MINUTE);
    const request = { tenantId: TENANT, reminderId: "rem_1", deliveries: [delivery], nowMs: NOW };
    expect(await store.ring(request)).toMatchObject({ kind: "rung", deliveries: [{ id: delivery.id }] });
    expect(await store.ring({ ...request, reminderId: "rem_none" })).toEqual({ kind: "missing" });
    const claim = await claimOne(store, { horizonMs: NOW + MINUTE });
    expect(claim.delivery.id).toBe(delivery.id);
    await store.settle([settlementOf(claim)]);
    expect((await store.findReminder(TENANT, "rem_1"))?.reminder.state).toBe("finished");
    expect(await store.findOpenDeliveries(TENANT, "rem_1")).toEqual([]);
  });

  test("ring() is refused for a cancelled reminder", async ({ store }) => {
    const { reminder } = await acceptWaiting(store, [NOW]);
    await store.cancelReminder({ tenantId: TENANT, id: "rem_1", nowMs: NOW });
    const request = {
      tenantId: TENANT,
      reminderId: "rem_1",
      deliveries: [deliveryFor(reminder, NOW + 7)],
      nowMs: NOW,
    };
    expect(await store.ring(request)).toEqual({ kind: "over", state: "cancelled" });
  });

  test("cancelReminder(), updateEndpoint() and deleteEndpoint() change nothing at another revision", async ({
    store,
  }) => {
    await acceptWaiting(store, [NOW]);
    const cancel = { tenantId: TENANT, id: "rem_1", nowMs: NOW };
    expect(await store.cancelReminder({ ...cancel, ifRevision: [2, 3] })).toEqual({
      kind: "stale",
      revision: 1,
    });
    expect(await store.findOpenDeliveries(TENANT, "rem_1")).toHaveLength(1);
    expect(await store.cancelReminder({ ...cancel, ifRevision: [1] })).toMatchObject({ kind: "cancelled" });
  });
}
