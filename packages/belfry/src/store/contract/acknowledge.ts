import { expect, type TestAPI } from "vitest";
import { type Delivery, repeatKey } from "../../domain/delivery.ts";
import { deliveryOf } from "../../domain/promotion.ts";
import type { Reminder } from "../../domain/reminder.ts";
import type { Store } from "../store.ts";
import {
  claimAll,
  claimOne,
  LEASE_MS,
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

const CHANNELS = ["webhook", "sms"] as const;

/** One occurrence, on each of two channels. */
async function acceptOnBoth(store: Store, reminder: Reminder = reminderOf()): Promise<Delivery[]> {
  const ring = { occurrence: occurrenceAt(NOW), note: null };
  const deliveries = CHANNELS.map((channel) =>
    deliveryOf({ reminder, ring, way: { ...wayOf(reminder), channel }, nowMs: NOW }),
  );
  await store.accept([{ reminder, deliveries }]);
  return deliveries;
}

/** What repeats the occurrence of a delivery. */
function repeatOf({ occurrenceId, channel }: Delivery, repeat: number): Delivery {
  const reminder = reminderOf();
  const dueMs = NOW + repeat * MINUTE;
  const occurrence = { ...occurrenceAt(dueMs), key: repeatKey(occurrenceId, repeat) };
  const way = { ...wayOf(reminder), channel };
  return deliveryOf({ reminder, ring: { occurrence, note: null }, way, nowMs: NOW, kind: "repeat" });
}

function request(deliveryId: string, nowMs = NOW) {
  return { tenantId: TENANT, deliveryId, nowMs };
}

/** Somebody has seen it. */
export function acknowledgeTests(test: TestAPI<StoreTest>): void {
  test("acknowledge() cancels what waits of the occurrence on every channel, and its reminder finishes", async ({
    store,
  }) => {
    const [first, second] = await acceptOnBoth(store);
    const acknowledged = await store.acknowledge(request(first?.id ?? "", NOW + 5));
    expect(acknowledged).toMatchObject({
      delivery: { id: first?.id, state: "scheduled" },
      acknowledgedAtMs: NOW + 5,
      isRepeat: false,
      cancelled: 2,
      inFlight: [],
    });
    for (const one of [first, second]) {
      const found = await store.findDelivery(TENANT, one?.id ?? "");
      expect(found).toMatchObject({ state: "cancelled", reason: "acknowledged", settledAtMs: NOW + 5 });
    }
    expect((await store.findReminder(TENANT, "rem_1"))?.reminder.state).toBe("finished");
    expect(await store.nextClaimAt()).toBeNull();
    expect((await store.counts(TENANT)).deliveries).toMatchObject({ cancelled: 2, scheduled: 0 });
  });

  test("acknowledge() changes nothing the second time, by whichever delivery of the occurrence", async ({
    store,
  }) => {
    const reminder = reminderOf({ next: occurrenceAt(NOW + 60 * MINUTE) });
    const [first, second] = await acceptOnBoth(store, reminder);
    await store.acknowledge(request(first?.id ?? ""));
    const again = await store.acknowledge(request(second?.id ?? "", NOW + MINUTE));
    expect(again).toMatchObject({ isRepeat: true, acknowledgedAtMs: NOW, cancelled: 0, inFlight: [] });
    const root = first?.occurrenceId ?? "";
    expect([...(await store.findAcknowledgements(TENANT, ["occ_none", root]))]).toEqual([
      [root, { deliveryId: first?.id, acknowledgedAtMs: NOW, snoozeId: null }],
    ]);
    expect((await store.findAcknowledgements(OTHER_TENANT, [root])).size).toBe(0);
    expect((await store.findReminder(TENANT, "rem_1"))?.reminder.state).toBe("active");
  });

  test("acknowledge() leaves other occurrences alone, and is null for what there is not", async ({
    store,
  }) => {
    const reminder = reminderOf({ next: occurrenceAt(NOW + 60 * MINUTE) });
    const [first] = await acceptOnBoth(store, reminder);
    const ring = { occurrence: occurrenceAt(NOW + MINUTE), note: null };
    const other = deliveryOf({ reminder, ring, way: wayOf(reminder), nowMs: NOW });
    await store.ring({ tenantId: TENANT, reminderId: "rem_1", deliveries: [other], nowMs: NOW });
    await store.acknowledge(request(first?.id ?? ""));
    expect((await store.findOpenDeliveries(TENANT, "rem_1")).map(({ id }) => id)).toEqual([other.id]);
    expect(await store.acknowledge(request("dlv_none"))).toBeNull();
    expect(await store.acknowledge({ ...request(other.id), tenantId: OTHER_TENANT })).toBeNull();
  });

  test("acknowledge() by a repeat ends what repeats its occurrence, and nothing follows any more", async ({
    store,
  }) => {
    const [first] = await acceptOnBoth(store);
    const claims = await claimAll(store);
    const [one, two] = claims;
    if (!first || !one || !two) throw new Error("Cannot claim two");
    const follow = [repeatOf(one.delivery, 1)];
    await store.settle([settlementOf(one, { follow })]);
    const acknowledged = await store.acknowledge(request(follow[0]?.id ?? ""));
    expect(acknowledged).toMatchObject({ cancelled: 1, inFlight: [two.delivery.id] });
    await store.settle([settlementOf(two, { follow: [repeatOf(two.delivery, 1)] })]);
    expect(await store.findOpenDeliveries(TENANT, "rem_1")).toEqual([]);
    expect((await store.findDelivery(TENANT, two.delivery.id))?.state).toBe("delivered");
    expect((await store.findReminder(TENANT, "rem_1"))?.reminder.state).toBe("finished");
  });

  test("acknowledge() has what a worker holds neither tried again nor held back", async ({ store }) => {
    await acceptOnBoth(store);
    const [one, two] = await claimAll(store);
    if (!one || !two) throw new Error("Cannot claim two");
    const acknowledged = await store.acknowledge(request(one.delivery.id));
    expect(new Set(acknowledged?.inFlight)).toEqual(new Set([one.delivery.id, two.delivery.id]));
    const failed = { state: "retrying", sendAtMs: NOW + MINUTE, reason: "no answer" } as const;
    const deferred = { state: "scheduled", sendAtMs: NOW + MINUTE, reason: "quiet hours" } as const;
    expect(await refusedBy(store, [settlementOf(one, failed), settlementOf(two, deferred)])).toEqual([]);
    for (const { delivery } of [one, two]) {
      const found = await store.findDelivery(TENANT, delivery.id);
      expect(found).toMatchObject({ state: "cancelled", reason: "acknowledged" });
    }
    expect(await store.nextClaimAt()).toBeNull();
  });

  test("acknowledge() ends what its worker gives back, or died with, also when its reminder is changed", async ({
    store,
  }) => {
    const reminder = reminderOf({ next: occurrenceAt(NOW + 60 * MINUTE) });
    await acceptOnBoth(store, reminder);
    const [one, two] = await claimAll(store);
    if (!one || !two) throw new Error("Cannot claim two");
    await store.acknowledge(request(one.delivery.id));
    const deliveryId = one.delivery.id;
    await store.release([{ tenantId: TENANT, deliveryId, fence: one.fence }]);
    const open = await store.findOpenDeliveries(TENANT, "rem_1");
    const changed = await store.changeReminder({
      kind: "changed",
      reminder: { ...reminder, version: 2, epoch: 1 },
      fromVersion: 1,
      deliveries: open.map((delivery) => ({ ...delivery, epoch: 1 })),
      movesInstants: false,
      reason: "changed",
      spentFromMs: NOW - MINUTE,
      nowMs: NOW,
    });
    expect(changed.kind).toBe("changed");
    expect(await claimAll(store, { nowMs: NOW + 2 * LEASE_MS })).toEqual([]);
    for (const { delivery } of [one, two]) {
      const found = await store.findDelivery(TENANT, delivery.id);
      expect(found).toMatchObject({ state: "cancelled", reason: "acknowledged" });
    }
  });

  test("acknowledge() keeps the occurrence from coming back with a later change", async ({ store }) => {
    const reminder = reminderOf({ next: occurrenceAt(NOW + 60 * MINUTE) });
    const [first] = await acceptOnBoth(store, reminder);
    await store.acknowledge(request(first?.id ?? ""));
    const occurrenceIds = [first?.occurrenceId ?? ""];
    const spent = { tenantId: TENANT, reminderId: "rem_1", dueFromMs: NOW + MINUTE, occurrenceIds };
    expect([...(await store.findSpent(spent))]).toEqual(occurrenceIds);
  });

  test("acknowledge() keeps its receipt with it, or changes nothing", async ({ store }) => {
    const [first] = await acceptOnBoth(store);
    await store.accept([], receiptOf("used"));
    const refused = store.acknowledge({ ...request(first?.id ?? ""), receiptOf: () => receiptOf("used") });
    await expect(refused).rejects.toMatchObject({ code: "idempotency_conflict" });
    expect(await store.findOpenDeliveries(TENANT, "rem_1")).toHaveLength(2);
    let told = 0;
    const receipt = (acknowledged: { cancelled: number }) => {
      told = acknowledged.cancelled;
      return receiptOf("k");
    };
    await store.acknowledge({ ...request(first?.id ?? ""), receiptOf: receipt });
    expect([told, await store.findReceipt(receiptOf("k"))]).toMatchObject([2, { key: "k" }]);
  });

  test("ring() of a snooze acknowledges what it snoozes in the same commit, and names itself there", async ({
    store,
  }) => {
    const [first] = await acceptOnBoth(store);
    if (!first) throw new Error("Cannot accept two");
    const snoozeTo = (id: string, dueMs: number) => ({
      ...deliveryOf({
        reminder: reminderOf(),
        ring: { occurrence: { ...occurrenceAt(dueMs), key: id }, note: null },
        way: wayOf(reminderOf()),
        nowMs: NOW,
        kind: "snooze",
      }),
    });
    const one = snoozeTo("req_1", NOW + MINUTE);
    const ring = { tenantId: TENANT, reminderId: "rem_1", snoozes: first.id, nowMs: NOW };
    expect(await store.ring({ ...ring, deliveries: [one] })).toMatchObject({ kind: "rung" });
    expect((await store.findOpenDeliveries(TENANT, "rem_1")).map(({ id }) => id)).toEqual([one.id]);
    const other = snoozeTo("req_2", NOW + 2 * MINUTE);
    await store.ring({ ...ring, deliveries: [other], nowMs: NOW + 1 });
    const known = await store.findAcknowledgements(TENANT, [first.occurrenceId]);
    expect(known.get(first.occurrenceId)).toEqual({
      deliveryId: first.id,
      acknowledgedAtMs: NOW,
      snoozeId: other.id,
    });
    const claim = await claimOne(store, { horizonMs: NOW + MINUTE });
    expect(claim.delivery.id).toBe(one.id);
  });

  test("purge() forgets acknowledgements as old as the history it forgets", async ({ store }) => {
    const [first] = await acceptOnBoth(store);
    const root = first?.occurrenceId ?? "";
    await store.acknowledge(request(first?.id ?? ""));
    const nothing = { receiptsBeforeMs: 0, eventsBeforeMs: 0, sentKeysBeforeMs: 0, limit: 100 };
    await store.purge({ ...nothing, historyBeforeMs: NOW });
    expect((await store.findAcknowledgements(TENANT, [root])).size).toBe(1);
    await store.purge({ ...nothing, historyBeforeMs: NOW + 1 });
    expect((await store.findAcknowledgements(TENANT, [root])).size).toBe(0);
  });
}
