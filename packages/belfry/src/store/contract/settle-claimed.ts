import { expect, type TestAPI } from "vitest";
import type { EventPage, Settlement, Store } from "../store.ts";
import {
  claimAll,
  deliveryFor,
  dueOnce,
  MINUTE,
  NOW,
  OTHER_TENANT,
  occurrenceAt,
  refusedBy,
  reminderOf,
  settlementOf,
  TENANT,
} from "./fixtures.ts";
import type { StoreTest } from "./store-test.ts";

const RETRY = { state: "retrying", sendAtMs: NOW + 500, reason: "no answer" } as const;

/** Settling with what was claimed, by which a store may go instead of reading it. */
export function settleClaimedTests(test: TestAPI<StoreTest>): void {
  test("settle() records and tells the same without what was claimed", async ({ store }) => {
    const settlements = await claimedFour(store);
    expect(await refusedBy(store, settlements.slice(0, 2))).toEqual([]);
    expect(await refusedBy(store, settlements.slice(2).map(withoutClaimed))).toEqual([]);
    const counts = await store.counts(TENANT);
    expect(counts.deliveries).toMatchObject({ leased: 0, delivered: 2, retrying: 2 });
    expect(counts.reminders).toMatchObject({ active: 2, finished: 2 });
    const [one, two, three, four] = await Promise.all(settlements.map((each) => recorded(store, each)));
    expect(three).toEqual(one);
    expect(four).toEqual(two);
    expect(one).toMatchObject({ delivery: { state: "delivered" }, reminder: "finished" });
    expect(two).toMatchObject({ delivery: { state: "retrying", attempts: 1 }, reminder: "active" });
  });

  test("settle() records each of a batch of ends, retries and deferrals", async ({ store }) => {
    const [one, two, three, four] = (await claimedFour(store)) as [
      Settlement,
      Settlement,
      Settlement,
      Settlement,
    ];
    const { attempt, ...untried } = three;
    const heldBack = { ...untried, state: "scheduled", sendAtMs: NOW + 900, reason: "quiet" } as const;
    const dead = settlementAs(four, { state: "dead", reason: "refused" });
    expect(await refusedBy(store, [one, two, heldBack, dead])).toEqual([]);
    const states = [one, two, three, four].map(
      async ({ tenantId, deliveryId }) => (await store.findDelivery(tenantId, deliveryId))?.state,
    );
    expect(await Promise.all(states)).toEqual(["delivered", "retrying", "scheduled", "dead"]);
    expect(await refusedBy(store, [one])).toEqual([one.deliveryId]);
  });

  test("settle() looks at what has changed since it was claimed, and records the rest", async ({ store }) => {
    const [one, two, three] = (await claimedFour(store)) as [Settlement, Settlement, Settlement];
    const retry = { ...one, ...RETRY } as Settlement;
    await store.cancelReminder({ tenantId: TENANT, id: one.claimed?.reminderId ?? "", nowMs: NOW });
    expect(await refusedBy(store, [retry, two, { ...three, fence: 99 }])).toEqual([three.deliveryId]);
    expect((await store.findDelivery(TENANT, one.deliveryId))?.state).toBe("cancelled");
    expect((await store.findDelivery(TENANT, two.deliveryId))?.state).toBe("retrying");
    expect((await store.findDelivery(TENANT, three.deliveryId))?.state).toBe("leased");
  });

  test("settle() tells each tenant of its own, of a batch of several", async ({ store }) => {
    const later = reminderOf({ id: "rem_2", tenantId: OTHER_TENANT, next: occurrenceAt(NOW + MINUTE) });
    await store.accept([dueOnce({ id: "rem_1" }), { reminder: later, deliveries: [deliveryFor(later)] }]);
    expect(
      await refusedBy(
        store,
        (await claimAll(store)).map((claim) => settlementOf(claim)),
      ),
    ).toEqual([]);
    const [ours, theirs] = [await store.counts(TENANT), await store.counts(OTHER_TENANT)];
    expect(ours).toMatchObject({
      deliveries: { delivered: 1, leased: 0 },
      reminders: { finished: 1, active: 0 },
    });
    expect(theirs).toMatchObject({ deliveries: { delivered: 1, leased: 0 }, reminders: { active: 1 } });
  });

  test.for([
    ["together", refusedBy],
    ["at once", (store: Store, all: Settlement[]) => Promise.all(all.map((one) => refusedBy(store, [one])))],
  ] as const)(
    "settle() ends a reminder once with its last deliveries, settled %s",
    async ([, settle], { store }) => {
      const reminder = reminderOf();
      const deliveries = [1, 2, 3, 4].map((before) => deliveryFor(reminder, NOW - before));
      await store.accept([{ reminder, deliveries }]);
      const settlements = (await claimAll(store)).map((claim) => settlementOf(claim));
      expect((await settle(store, settlements)).flat()).toEqual([]);
      const told = await eventsOf(store, settlements[0] as Settlement);
      expect(told.filter((type) => type === "reminder.finished")).toHaveLength(1);
      expect(told.filter((type) => type === "delivery.delivered")).toHaveLength(4);
      expect((await store.counts(TENANT)).reminders).toMatchObject({ active: 0, finished: 1 });
    },
  );

  test("settle() records the first of two outcomes of one delivery", async ({ store }) => {
    const [one] = (await claimedFour(store)) as [Settlement];
    await store.settle([one, settlementAs(one, { state: "dead", reason: "refused" })]);
    expect((await store.findDelivery(TENANT, one.deliveryId))?.state).toBe("delivered");
    expect((await eventsOf(store, one)).filter((type) => type.startsWith("delivery."))).toEqual([
      "delivery.scheduled",
      "delivery.delivered",
    ]);
  });
}

/** Four that are claimed: of each two, the first was delivered and the second is to be tried again. */
async function claimedFour(store: Store): Promise<Settlement[]> {
  await store.accept(["1", "2", "3", "4"].map((digit) => dueOnce({ id: `rem_${digit}` })));
  const claims = await claimAll(store);
  claims.sort((a, b) => (a.delivery.reminderId < b.delivery.reminderId ? -1 : 1));
  return claims.map((claim, index) => settlementOf(claim, index % 2 === 0 ? {} : RETRY));
}

/** Another outcome of the same claim. */
function settlementAs(
  { tenantId, deliveryId, fence, nowMs, attempt, claimed }: Settlement,
  verdict: { state: "dead"; reason: string },
): Settlement {
  return {
    tenantId,
    deliveryId,
    fence,
    nowMs,
    ...verdict,
    ...(attempt && { attempt }),
    ...(claimed && { claimed }),
  };
}

function withoutClaimed({ claimed, ...settlement }: Settlement): Settlement {
  return settlement;
}

/** All that is known of a delivery and told of it, but for its names. */
async function recorded(store: Store, settlement: Settlement) {
  const { tenantId, deliveryId, claimed } = settlement;
  const found = await store.findDelivery(tenantId, deliveryId);
  const { state, attempts, reason, story, settledAtMs, sendAtMs } = found ?? {};
  const view = await store.findReminder(tenantId, claimed?.reminderId ?? "");
  const delivery = { state, attempts, reason, story, settledAtMs, sendAtMs };
  return { delivery, reminder: view?.reminder.state, events: await eventsOf(store, settlement) };
}

async function eventsOf(store: Store, { tenantId, claimed }: Settlement): Promise<string[]> {
  const reminderId = claimed?.reminderId;
  const page: EventPage = await store.listEvents({
    tenantId,
    after: "start",
    limit: 100,
    types: undefined,
    reminderId,
  });
  return page.items.map(({ type }) => type);
}
