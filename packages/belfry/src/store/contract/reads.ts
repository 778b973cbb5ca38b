import { expect, type TestAPI } from "vitest";
import type { Endpoint } from "../../domain/target.ts";
import type { DeliveryFilter, Page } from "../store.ts";
import {
  claimOne,
  deliveryFor,
  dueOnce,
  MINUTE,
  NOW,
  OTHER_TENANT,
  occurrenceAt,
  receiptOf,
  reminderOf,
  settlementOf,
  TENANT,
} from "./fixtures.ts";
import type { StoreTest } from "./store-test.ts";

const DAY = 86_400_000;

/** Walks a list page by page. */
async function collect<Item>(read: (after: string | undefined) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  let after: string | undefined;
  do {
    const page = await read(after);
    items.push(...page.items);
    after = page.nextCursor;
  } while (after !== undefined);
  return items;
}

function endpointOf(name: string, tenantId = TENANT): Endpoint {
  const times = { createdAtMs: NOW, updatedAtMs: NOW };
  return {
    tenantId,
    id: `end_${name}`,
    name,
    url: "http://one.test/",
    secrets: ["s1"],
    state: "on",
    offReason: null,
    revision: 1,
    ...times,
  };
}

/** Lists, look-ups, endpoints, inbox, retention. */
export function readTests(test: TestAPI<StoreTest>): void {
  test("listReminders() walks hot rows and history as one, newest first, within a tenant", async ({
    store,
  }) => {
    await store.accept([1, 2, 3, 4, 5].map((n) => dueOnce({ id: `rem_${n}`, dueMs: NOW + n })));
    await store.accept([dueOnce({ id: "rem_9", tenantId: OTHER_TENANT, dueMs: NOW + MINUTE })]);
    await store.settle([settlementOf(await claimOne(store, { horizonMs: NOW + 1 }))]);
    const all = await collect((after) =>
      store.listReminders({ tenantId: TENANT, limit: 2, after, state: undefined }),
    );
    expect(all.map((view) => view.reminder.id)).toEqual(["rem_5", "rem_4", "rem_3", "rem_2", "rem_1"]);
    const finished = await store.listReminders({
      tenantId: TENANT,
      limit: 9,
      after: undefined,
      state: "finished",
    });
    expect(finished.items.map((view) => view.reminder.id)).toEqual(["rem_1"]);
  });

  test("listDeliveries() walks hot rows and history as one, latest due first, by reminder and state", async ({
    store,
  }) => {
    await store.accept([1, 2, 3].map((n) => dueOnce({ id: `rem_${n}`, dueMs: NOW + n })));
    await store.settle([settlementOf(await claimOne(store, { horizonMs: NOW + 1 }))]);
    const every = { tenantId: TENANT, reminderId: undefined, state: undefined };
    const all = await collect((after) => store.listDeliveries({ ...every, limit: 1, after }));
    expect(all.map((delivery) => delivery.reminderId)).toEqual(["rem_3", "rem_2", "rem_1"]);
    const one = await store.listDeliveries({ ...every, limit: 9, after: undefined, reminderId: "rem_2" });
    expect(one.items.map((delivery) => delivery.reminderId)).toEqual(["rem_2"]);
    const delivered = await store.listDeliveries({
      ...every,
      limit: 9,
      after: undefined,
      state: "delivered",
    });
    expect(delivered.items.map((delivery) => delivery.reminderId)).toEqual(["rem_1"]);
  });

  test("listDeliveries() filters by channel, recipient, campaign, due instants and reason, page by page", async ({
    store,
  }) => {
    const reminder = reminderOf({ id: "rem_1", next: occurrenceAt(NOW + 60 * MINUTE) });
    const made = [0, 1, 2, 3, 4].map((n) => ({
      ...deliveryFor(reminder, NOW + n * MINUTE),
      channel: n % 2 === 0 ? "webhook" : "sms",
      recipientId: n < 3 ? "rcp_1" : null,
      series: n === 4 ? "cmp_1 rcp_9" : "cmp_2 rcp_9",
    }));
    await store.accept([{ reminder, deliveries: made }]);
    const gone = { tenantId: TENANT, deliveryId: made[1]?.id ?? "", reason: "No Answer from 10.0.0.1" };
    await store.expire([gone], NOW);
    const list = async (filter: Partial<DeliveryFilter>, limit = 1) => {
      const request = { tenantId: TENANT, reminderId: undefined, state: undefined, ...filter, limit };
      const all = await collect((after) => store.listDeliveries({ ...request, after }));
      return all.map(({ occurrence }) => (occurrence.dueMs - NOW) / MINUTE);
    };
    expect(await list({})).toEqual([4, 3, 2, 1, 0]);
    expect(await list({ channel: "sms" })).toEqual([3, 1]);
    expect(await list({ recipientId: "rcp_1" })).toEqual([2, 1, 0]);
    expect(await list({ recipientId: "rcp_1", state: "scheduled" })).toEqual([2, 0]);
    expect(await list({ recipientId: "rcp_1", reminderId: "rem_1", channel: "webhook" })).toEqual([2, 0]);
    expect(await list({ campaignId: "cmp_1" })).toEqual([4]);
    expect(await list({ error: "no answer" })).toEqual([1]);
    expect(await list({ error: "no answer", state: "dead" })).toEqual([]);
    expect(await list({ sinceMs: NOW + MINUTE, untilMs: NOW + 3 * MINUTE })).toEqual([2, 1]);
    expect(await list({ sinceMs: NOW + MINUTE, untilMs: NOW + 3 * MINUTE }, 2)).toEqual([2, 1]);
    expect(await list({ untilMs: NOW + MINUTE, recipientId: "rcp_1" }, 9)).toEqual([0]);
    expect(await list({ recipientId: "rcp_none" })).toEqual([]);
    const other = { tenantId: OTHER_TENANT, reminderId: undefined, state: undefined, recipientId: "rcp_1" };
    expect((await store.listDeliveries({ ...other, limit: 9, after: undefined })).items).toEqual([]);
  });

  test("a list refuses a cursor that it did not make", async ({ store }) => {
    const page = { tenantId: TENANT, limit: 1, after: "nonsense" };
    await expect(store.listReminders({ ...page, state: undefined })).rejects.toMatchObject({
      code: "invalid_input",
    });
    await expect(store.listInbox(page)).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("a list refuses the cursor of another list", async ({ store }) => {
    await store.accept([1, 2].map((n) => dueOnce({ id: `rem_${n}`, dueMs: NOW + n })));
    for (const name of ["a", "b"]) await store.createEndpoint(endpointOf(name));
    const page = { tenantId: TENANT, limit: 1, after: undefined };
    const reminders = (await store.listReminders({ ...page, state: undefined })).nextCursor;
    const endpoints = (await store.listEndpoints(page)).nextCursor;
    expect(reminders).toBeDefined();
    expect(endpoints).toBeDefined();
    for (const list of [
      () => store.listEndpoints({ ...page, after: reminders }),
      () => store.listKeys({ ...page, after: reminders }),
      () => store.listTenants({ limit: 1, after: reminders }),
      () => store.listReminders({ ...page, state: undefined, after: endpoints }),
    ])
      await expect(list()).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("endpoints are created once, changed in part, listed by name and deleted", async ({ store }) => {
    await store.createEndpoint(endpointOf("b"));
    await store.createEndpoint(endpointOf("a"), receiptOf("k"));
    await store.createEndpoint(endpointOf("a", OTHER_TENANT));
    await expect(store.createEndpoint(endpointOf("a"))).rejects.toMatchObject({ code: "endpoint_exists" });
    const change = { tenantId: TENANT, name: "a", nowMs: NOW + 1, state: "off" as const, offReason: "gone" };
    const off = { ...endpointOf("a"), state: "off", offReason: "gone", revision: 2, updatedAtMs: NOW + 1 };
    expect(await store.updateEndpoint(change)).toEqual(off);
    expect(await store.updateEndpoint({ ...change, nowMs: NOW + 2 })).toEqual(off);
    expect(await store.findEndpoint(TENANT, "a")).toEqual(off);
    expect(await store.updateEndpoint({ ...change, name: "z" })).toBeNull();
    const all = await collect((after) => store.listEndpoints({ tenantId: TENANT, limit: 1, after }));
    expect(all.map((endpoint) => endpoint.name)).toEqual(["a", "b"]);
    expect(await store.deleteEndpoint({ tenantId: TENANT, name: "a" })).toBe(true);
    expect(await store.deleteEndpoint({ tenantId: TENANT, name: "a" })).toBe(false);
    expect(await store.findEndpoint(OTHER_TENANT, "a")).not.toBeNull();
  });

  test("putInbox() keeps one entry a delivery; listInbox() gives the latest first", async ({ store }) => {
    const entry = {
      tenantId: TENANT,
      deliveryId: "dlv_1",
      reminderId: "rem_1",
      content: { text: "a" },
      dueMs: NOW,
      receivedAtMs: NOW,
    };
    await store.putInbox(entry);
    await store.putInbox({ ...entry, content: { text: "changed" } });
    await store.putInbox({ ...entry, deliveryId: "dlv_2" });
    const all = await collect((after) => store.listInbox({ tenantId: TENANT, limit: 1, after }));
    expect(all).toEqual([{ ...entry, deliveryId: "dlv_2" }, entry]);
    expect((await store.listInbox({ tenantId: OTHER_TENANT, limit: 9, after: undefined })).items).toEqual([]);
  });

  test("purge() deletes only what is older than its bounds", async ({ store }) => {
    await store.accept([dueOnce({ id: "rem_1" }), dueOnce({ id: "rem_2" })], receiptOf("k"));
    await store.accept([{ reminder: reminderOf({ id: "rem_3" }), deliveries: [] }]);
    const old = await claimOne(store);
    await store.settle([settlementOf(old)]);
    await store.settle([settlementOf(await claimOne(store), { nowMs: NOW + 3 * DAY })]);
    const bounds = {
      // A store may keep whole days.
      historyBeforeMs: NOW + 2 * DAY,
      receiptsBeforeMs: NOW + 1,
      eventsBeforeMs: NOW,
      sentKeysBeforeMs: NOW,
      limit: 100,
    };
    expect(await store.purge(bounds)).toBe(3);
    expect(await store.purge(bounds)).toBe(0);
    expect(await store.findDelivery(TENANT, old.delivery.id)).toBeNull();
    expect(await store.findReceipt(receiptOf("k"))).toBeNull();
    expect(
      (await store.listReminders({ tenantId: TENANT, limit: 9, after: undefined, state: undefined })).items,
    ).toHaveLength(2);
  });
}
