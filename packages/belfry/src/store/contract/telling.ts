import { expect, type TestAPI } from "vitest";
import { bucketOf } from "../../domain/quantiles.ts";
import type { EventRequest, Store } from "../store.ts";
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
  reminderOf,
  settlementOf,
  TENANT,
} from "./fixtures.ts";
import type { StoreTest } from "./store-test.ts";

const ALL: EventRequest = {
  tenantId: TENANT,
  after: "start",
  limit: 100,
  types: undefined,
  reminderId: undefined,
};

async function typesOf(store: Store, change: Partial<EventRequest> = {}): Promise<string[]> {
  return (await store.listEvents({ ...ALL, ...change })).items.map((event) => event.type);
}

const DEAD = { state: "dead", reason: "refused with 410" } as const;

/** Accepts and kills one delivery for each id; they are settled a minute apart. */
async function kill(store: Store, ids: readonly string[]): Promise<void> {
  for (const [index, id] of ids.entries()) {
    await acceptDue(store, { id });
    const claim = await claimOne(store);
    await store.settle([settlementOf(claim, { ...DEAD, nowMs: NOW + index * MINUTE })]);
  }
}

/** Events, counts, sums, and bringing many back. */
export function tellingTests(test: TestAPI<StoreTest>): void {
  test("listEvents() tells what was committed, in order, and goes on after any of it", async ({ store }) => {
    await acceptDue(store);
    await acceptDue(store, { tenantId: OTHER_TENANT });
    const claim = await claimOne(store);
    await store.settle([settlementOf(claim)]);
    const page = await store.listEvents(ALL);
    expect(page.items.map((event) => event.type)).toEqual([
      "reminder.accepted",
      "delivery.scheduled",
      "delivery.delivered",
      "reminder.finished",
    ]);
    const second = page.items[1]?.id ?? "";
    expect(await typesOf(store, { after: second })).toEqual(["delivery.delivered", "reminder.finished"]);
    expect(await typesOf(store, { types: ["reminder.finished"] })).toEqual(["reminder.finished"]);
    expect(await typesOf(store, { reminderId: "rem_none" })).toEqual([]);
    expect(await typesOf(store, { after: "now" })).toEqual([]);
    expect(page.lastId).toBe(page.items.at(-1)?.id);
    expect((await store.listEvents({ ...ALL, limit: 2 })).isMore).toBe(true);
    await expect(store.listEvents({ ...ALL, after: "x" })).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("listEvents() says if what follows is no longer kept", async ({ store }) => {
    await acceptDue(store);
    const [first] = (await store.listEvents(ALL)).items;
    const bounds = { historyBeforeMs: 0, receiptsBeforeMs: 0, sentKeysBeforeMs: 0, limit: 100 };
    await store.purge({ ...bounds, eventsBeforeMs: NOW + 1 });
    await acceptDue(store, { id: "rem_2" });
    const after = first?.id ?? "";
    expect(await store.listEvents({ ...ALL, after })).toMatchObject({ hasGap: true });
    expect(await store.listEvents(ALL)).toMatchObject({ hasGap: false });
    expect(await store.listEvents({ ...ALL, after: "now" })).toMatchObject({ hasGap: false });
  });

  test("purge() deletes no more events in one commit than its limit, of however many tenants", async ({
    store,
  }) => {
    for (const tenantId of [TENANT, OTHER_TENANT]) await acceptDue(store, { tenantId });
    const bounds = { historyBeforeMs: 0, receiptsBeforeMs: 0, sentKeysBeforeMs: 0, eventsBeforeMs: NOW + 1 };
    const removed: number[] = [];
    const sum = () => removed.reduce((total, n) => total + n, 0);
    // A store may keep what was committed beside a transaction that is still open, as of another test.
    while (sum() < 4 && removed.length < 1_000) removed.push(await store.purge({ ...bounds, limit: 3 }));
    // A store may delete by whole commits.
    expect(Math.max(...removed)).toBeLessThanOrEqual(3);
    expect(sum()).toBe(4);
    expect(await typesOf(store, { tenantId: OTHER_TENANT })).toEqual([]);
  });

  test("listEvents() keeps nothing of what was refused", async ({ store }) => {
    await store.accept([], receiptOf("k"));
    await expect(store.accept([dueOnce()], receiptOf("k"))).rejects.toThrow();
    expect(await typesOf(store)).toEqual([]);
  });

  test("watchEvents() wakes after a commit that has events, until it is ended", async ({ store }) => {
    let woken = 0;
    const end = store.watchEvents(() => {
      woken += 1;
    });
    await store.beat({ id: "wrk_1", nowMs: NOW, holding: null });
    expect(woken).toBe(0);
    await acceptDue(store);
    expect(woken).toBe(1);
    end();
    await acceptDue(store, { id: "rem_2" });
    expect(woken).toBe(1);
  });

  test("counts() follows every row through its states", async ({ store }) => {
    await store.accept(["rem_1", "rem_2", "rem_3"].map((id) => dueOnce({ id })));
    await acceptDue(store, { tenantId: OTHER_TENANT });
    const resting = reminderOf({ id: "rem_4", next: occurrenceAt(NOW + 60 * MINUTE) });
    await store.accept([{ reminder: resting, deliveries: [] }]);
    const claims = (await claimAll(store)).filter((claim) => claim.delivery.tenantId === TENANT);
    const [first, second] = claims;
    if (!first || !second) throw new Error("Cannot test: there were to be claims");
    const retry = { state: "retrying", sendAtMs: NOW + MINUTE, reason: "broken" } as const;
    await store.settle([settlementOf(first), settlementOf(second, retry)]);
    const { reminders, deliveries } = await store.counts(TENANT);
    expect(reminders).toEqual({ active: 3, paused: 0, finished: 1, cancelled: 0 });
    const none = { scheduled: 0, dead: 0, expired: 0, cancelled: 0 };
    expect(deliveries).toEqual({ ...none, leased: 1, retrying: 1, delivered: 1 });
    expect((await store.counts()).deliveries.leased).toBe(2);
    // A store may keep whole days.
    const keepNothing = NOW + 2 * 1_440 * MINUTE;
    await store.purge({
      historyBeforeMs: keepNothing,
      receiptsBeforeMs: 0,
      eventsBeforeMs: 0,
      sentKeysBeforeMs: 0,
      limit: 100,
    });
    expect((await store.counts(TENANT)).deliveries.delivered).toBe(0);
  });

  test("oldestDue() gives the earliest due instant of a state", async ({ store }) => {
    await acceptDue(store, { id: "rem_1", dueMs: NOW + MINUTE });
    await acceptDue(store, { id: "rem_2", dueMs: NOW });
    expect(await store.oldestDue("scheduled")).toBe(NOW);
    await claimOne(store);
    expect(await store.oldestDue("scheduled", TENANT)).toBe(NOW + MINUTE);
    expect(await store.oldestDue("leased", TENANT)).toBe(NOW);
    expect(await store.oldestDue("leased", OTHER_TENANT)).toBeNull();
  });

  test("sums() adds up what was settled in a stretch of minutes", async ({ store }) => {
    await store.accept(["rem_1", "rem_2"].map((id) => dueOnce({ id })));
    const [first, second] = await claimAll(store);
    if (!first || !second) throw new Error("Cannot test: two were to be claimed");
    const late = {
      number: 1,
      worker: "w",
      startedAtMs: NOW + 500,
      durationMs: 40,
      outcome: "permanent" as const,
    };
    await store.settle([settlementOf(first), settlementOf(second, { ...DEAD, attempt: late })]);
    const sums = await store.sums(TENANT, NOW, NOW + MINUTE);
    expect(sums).toMatchObject({ delivered: 1, dead: 1, expired: 0, attempts: 2, failedAttempts: 1 });
    expect(sums.lateness.get(bucketOf(500))).toBe(1);
    expect(sums.latency.get(bucketOf(40))).toBe(1);
    const after = await store.sums(TENANT, NOW + MINUTE, NOW + 2 * MINUTE);
    expect(after).toMatchObject({ delivered: 0, attempts: 0 });
    expect(await store.sums(TENANT, NOW - MINUTE, NOW)).toMatchObject({ delivered: 0, attempts: 0 });
    expect(await store.sums(OTHER_TENANT, NOW, NOW + MINUTE)).toMatchObject({ delivered: 0 });
  });

  test("sums() adds up what expired untried, and takes no redrive for late", async ({ store }) => {
    await kill(store, ["rem_1"]);
    const missed = await acceptDue(store, { id: "rem_2" });
    await store.expire([{ tenantId: TENANT, deliveryId: missed.id, reason: "missed" }], NOW);
    await store.redrive({ tenantId: TENANT, id: missed.id, nowMs: NOW });
    const claim = await claimOne(store);
    expect(claim.delivery.id).toBe(missed.id);
    await store.settle([settlementOf(claim)]);
    const sums = await store.sums(TENANT, NOW, NOW + MINUTE);
    expect(sums).toMatchObject({ delivered: 1, dead: 1, expired: 1, attempts: 2 });
    expect([...sums.lateness.values()]).toEqual([1]);
  });

  test("load() counts what is due in each minute, planned or not", async ({ store }) => {
    const reminder = reminderOf({ next: occurrenceAt(NOW + 90_000) });
    await store.accept([
      { reminder, deliveries: [NOW, NOW + 1, NOW + 60_000].map((at) => deliveryFor(reminder, at)) },
    ]);
    expect(await store.load(TENANT, NOW, 3)).toEqual([2, 2, 0]);
    expect(await store.load(OTHER_TENANT, NOW, 3)).toEqual([0, 0, 0]);
  });

  test("findRetriable() gives what a filter means, oldest settled first, page by page", async ({ store }) => {
    await kill(store, ["rem_1", "rem_2", "rem_3"]);
    const find = async (filter: object, { after, limit = 100 }: { after?: string; limit?: number } = {}) => {
      const from = after === undefined ? {} : { after };
      const request = { tenantId: TENANT, filter: { state: "dead" as const, ...filter }, limit, ...from };
      const { items, next } = await store.findRetriable(request);
      return { ids: items.map((item) => item.delivery.reminderId), next };
    };
    expect(await find({})).toEqual({ ids: ["rem_1", "rem_2", "rem_3"], next: null });
    expect((await find({ state: "expired" })).ids).toEqual([]);
    expect((await find({ channel: "inbox" })).ids).toEqual([]);
    expect((await find({ error: "WITH 410" })).ids).toHaveLength(3);
    expect((await find({ error: "500" })).ids).toEqual([]);
    expect((await find({ reminderId: "rem_2" })).ids).toEqual(["rem_2"]);
    expect((await find({ sinceMs: NOW + MINUTE, untilMs: NOW + 2 * MINUTE })).ids).toEqual(["rem_2"]);
    const first = await find({}, { limit: 2 });
    expect(first.ids).toEqual(["rem_1", "rem_2"]);
    expect((await find({}, { after: first.next ?? "", limit: 2 })).ids).toEqual(["rem_3"]);
  });

  test("redriveAll() brings back those that still can be, with the receipt", async ({ store }) => {
    await kill(store, ["rem_1", "rem_2"]);
    const { items } = await store.findRetriable({ tenantId: TENANT, filter: { state: "dead" }, limit: 9 });
    const ids = items.map((item) => ({ id: item.delivery.id }));
    await store.redrive({ tenantId: TENANT, id: ids[0]?.id ?? "", nowMs: NOW });
    const request = { tenantId: TENANT, items: [...ids, { id: "dlv_none" }], nowMs: NOW };
    const receipt = (redriven: number) => ({ ...receiptOf("k"), body: String(redriven) });
    expect(await store.redriveAll({ ...request, receiptOf: receipt })).toBe(1);
    expect((await store.findReceipt(receiptOf("k")))?.body).toBe("1");
    expect((await claimAll(store)).map((claim) => claim.delivery.id).sort()).toEqual(
      ids.map(({ id }) => id).sort(),
    );
    await expect(store.redriveAll({ ...request, receiptOf: receipt })).rejects.toMatchObject({
      code: "idempotency_conflict",
    });
  });

  test("redrive() sends to where the reminder goes now", async ({ store }) => {
    await kill(store, ["rem_1"]);
    const { items } = await store.findRetriable({ tenantId: TENANT, filter: { state: "dead" }, limit: 9 });
    const id = items[0]?.delivery.id ?? "";
    const destination = { channel: "inbox", target: "", lane: `${TENANT} inbox:inbox`, recipientId: null };
    await store.redrive({ tenantId: TENANT, id, nowMs: NOW, destination });
    expect((await claimOne(store)).delivery).toMatchObject({ id, ...destination });
  });
}
