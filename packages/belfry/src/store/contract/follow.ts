import { expect, type TestAPI } from "vitest";
import { type Delivery, repeatKey } from "../../domain/delivery.ts";
import { deliveryOf } from "../../domain/promotion.ts";
import {
  acceptDue,
  claimAll,
  claimOne,
  MINUTE,
  NOW,
  occurrenceAt,
  refusedBy,
  reminderOf,
  settlementOf,
  TENANT,
  wayOf,
} from "./fixtures.ts";
import type { StoreTest } from "./store-test.ts";

/** The same occurrence on another channel. */
function fallbackOf({ occurrence }: Delivery, channels: readonly string[] = []): Delivery {
  const reminder = reminderOf();
  const way = { ...wayOf(reminder), channel: "sms", target: "+4912345" };
  const onward = channels.length > 0 ? { channels } : null;
  const ring = { occurrence, note: "webhook failed: gone" };
  return { ...deliveryOf({ reminder, ring, way, nowMs: NOW, onward }), sendAtMs: NOW + 1 };
}

function repeatOf({ occurrenceId }: Delivery, repeat: number): Delivery {
  const reminder = reminderOf();
  const occurrence = { ...occurrenceAt(NOW + repeat * MINUTE), key: repeatKey(occurrenceId, repeat) };
  const onward = { repeats: repeat };
  const ring = { occurrence, note: `repeat ${repeat}` };
  return deliveryOf({ reminder, ring, way: wayOf(reminder), nowMs: NOW, kind: "repeat", onward });
}

/** What follows a delivery by itself. */
export function followTests(test: TestAPI<StoreTest>): void {
  test("settle() makes what follows a delivery in the same commit, and its reminder goes on", async ({
    store,
  }) => {
    await acceptDue(store);
    const claim = await claimOne(store);
    const next = fallbackOf(claim.delivery, ["mail"]);
    await store.settle([settlementOf(claim, { state: "dead", reason: "gone", follow: [next] })]);
    expect((await store.findDelivery(TENANT, claim.delivery.id))?.state).toBe("dead");
    expect(await store.findDelivery(TENANT, next.id)).toEqual(next);
    expect((await store.findReminder(TENANT, "rem_1"))?.reminder.state).toBe("active");
    expect((await claimOne(store, { nowMs: NOW + 1 })).delivery).toMatchObject({
      id: next.id,
      channel: "sms",
      note: "webhook failed: gone",
      onward: { channels: ["mail"] },
    });
  });

  test("settle() follows a lost lease with nothing, and the same follower with one delivery", async ({
    store,
  }) => {
    await acceptDue(store);
    const late = await claimOne(store, { leaseExpiresAtMs: NOW });
    const current = await claimOne(store, { worker: "wrk_2" });
    const follow = [repeatOf(current.delivery, 1)];
    expect(await refusedBy(store, [settlementOf(late, { follow })])).toEqual([late.delivery.id]);
    expect(await store.findDelivery(TENANT, follow[0]?.id ?? "")).toBeNull();
    await store.settle([settlementOf(current, { follow: [...follow, ...follow] })]);
    expect(await store.findOpenDeliveries(TENANT, "rem_1")).toMatchObject([{ id: follow[0]?.id }]);
    expect((await store.counts(TENANT)).deliveries).toMatchObject({ scheduled: 1, delivered: 1 });
  });

  test("settle() follows nothing of a reminder that was cancelled meanwhile", async ({ store }) => {
    await acceptDue(store);
    const claim = await claimOne(store);
    await store.cancelReminder({ tenantId: TENANT, id: "rem_1", nowMs: NOW });
    await store.settle([settlementOf(claim, { follow: [repeatOf(claim.delivery, 1)] })]);
    expect(await store.findOpenDeliveries(TENANT, "rem_1")).toEqual([]);
    expect((await store.findReminder(TENANT, "rem_1"))?.reminder.state).toBe("cancelled");
  });

  test("settle() lets a repeat follow a repeat until the last, then the reminder finishes", async ({
    store,
  }) => {
    await acceptDue(store);
    const first = await claimOne(store);
    await store.settle([settlementOf(first, { follow: [repeatOf(first.delivery, 1)] })]);
    const second = await claimOne(store, { nowMs: NOW + MINUTE });
    expect(second.delivery).toMatchObject({ kind: "repeat", onward: { repeats: 1 }, note: "repeat 1" });
    await store.settle([settlementOf(second)]);
    expect(await claimAll(store, { nowMs: NOW + 60 * MINUTE })).toEqual([]);
    expect((await store.findReminder(TENANT, "rem_1"))?.reminder.state).toBe("finished");
  });
}
