import { expect, type TestAPI } from "vitest";
import type { CalendarEvent } from "../../domain/calendar-event.ts";
import { type CalendarFeed, MOST_FEEDS } from "../../domain/calendar-feed.ts";
import { encodeCursor } from "../cursor.ts";
import type { Store } from "../store.ts";
import { NOW, OTHER_TENANT, receiptOf, TENANT } from "./fixtures.ts";
import { recipientOf } from "./recipients.ts";
import type { StoreTest } from "./store-test.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PAGE = { tenantId: TENANT, limit: 10, after: undefined };
const ALWAYS = { fromMs: 0, toMs: NOW + 1_000 * DAY };

function eventOf(id: string, change: Partial<CalendarEvent> = {}): CalendarEvent {
  return {
    tenantId: TENANT,
    id,
    recipientId: "rcp_1",
    uid: null,
    revision: 1,
    title: "Dentist",
    description: null,
    when: { kind: "timed", startMs: NOW, endMs: NOW + HOUR },
    createdAtMs: NOW,
    updatedAtMs: NOW,
    ...change,
  };
}

function at(startMs: number, endMs = startMs + HOUR): Pick<CalendarEvent, "when"> {
  return { when: { kind: "timed", startMs, endMs } };
}

const fresh = (event: CalendarEvent) => ({ event, fromRevision: null });

async function putOwners(store: Store): Promise<void> {
  const owners = [
    recipientOf("rcp_1"),
    recipientOf("rcp_2"),
    recipientOf("rcp_9", { tenantId: OTHER_TENANT }),
  ];
  await store.writeRecipients(owners.map((recipient) => ({ recipient, fromRevision: null, isTold: false })));
}

async function put(store: Store, ...events: CalendarEvent[]): Promise<void> {
  expect(await store.writeCalendarEvents(events.map(fresh))).toEqual([]);
}

function feedOf(id: string, change: Partial<CalendarFeed> = {}): CalendarFeed {
  return {
    tenantId: TENANT,
    id,
    recipientId: "rcp_1",
    tokenHash: `hash of ${id}`,
    createdAtMs: NOW,
    ...change,
  };
}

/** What stands in recipients' calendars, and where it can be read. */
export function calendarTests(test: TestAPI<StoreTest>): void {
  eventTests(test);
  rangeTests(test);
  feedTests(test);
}

function eventTests(test: TestAPI<StoreTest>): void {
  test("writeCalendarEvents() stores all of an event; it is found by id and by uid within its tenant", async ({
    store,
  }) => {
    await putOwners(store);
    const full = eventOf("evt_1", {
      uid: 'a"b\\c,{d} ü\u{1f514}',
      title: 'Lunch with "Zoë"\n\u{1f354}',
      description: "first line\nsecond",
      when: { kind: "days", startDate: "2026-02-28", endDate: "2026-03-02" },
    });
    await put(store, full);
    expect(await store.findCalendarEvent(TENANT, "evt_1")).toEqual(full);
    expect(await store.findCalendarEvent(OTHER_TENANT, "evt_1")).toBeNull();
    const keys = [full.uid ?? "", "nothing"].map((uid) => ({ recipientId: "rcp_1", uid }));
    expect(await store.findCalendarEventsByUid(TENANT, keys)).toEqual([full]);
    expect(await store.findCalendarEventsByUid(OTHER_TENANT, keys)).toEqual([]);
    expect(await store.findCalendarEventsByUid(TENANT, [])).toEqual([]);
  });

  test("writeCalendarEvents() writes all or nothing, and tells each reason", async ({ store }) => {
    await putOwners(store);
    await put(store, eventOf("evt_1", { uid: "u1" }), eventOf("evt_2", { uid: "u2" }));
    const refused = await store.writeCalendarEvents([
      fresh(eventOf("evt_3", { uid: "u3" })),
      fresh(eventOf("evt_1", { uid: "u1" })),
      { event: eventOf("evt_2", { uid: "u2", revision: 3 }), fromRevision: 2 },
      fresh(eventOf("evt_4", { uid: "u1" })),
      fresh(eventOf("evt_5", { uid: "u3" })),
      fresh(eventOf("evt_3")),
      fresh(eventOf("evt_6", { recipientId: "rcp_0" })),
      fresh(eventOf("evt_7", { recipientId: "rcp_9" })),
      fresh(eventOf("evt_8", { recipientId: "rcp_2", uid: "u1" })),
    ]);
    expect(refused.map(({ index, reason }) => `${index} ${reason}`)).toEqual([
      "1 conflict",
      "2 conflict",
      "3 taken",
      "4 taken",
      "5 conflict",
      "6 orphan",
      "7 orphan",
    ]);
    expect((await store.listCalendarEvents({ ...PAGE, ...ALWAYS })).items.map(({ id }) => id)).toEqual([
      "evt_1",
      "evt_2",
    ]);
  });

  test("writeCalendarEvents() replaces the revision it was made from, once", async ({ store }) => {
    await putOwners(store);
    await put(store, eventOf("evt_1", { uid: "u1" }));
    const second = eventOf("evt_1", { uid: "u1", revision: 2, title: "Surgery", ...at(NOW + DAY) });
    const write = { event: second, fromRevision: 1 };
    expect(await store.writeCalendarEvents([write])).toEqual([]);
    expect(await store.writeCalendarEvents([write])).toEqual([{ index: 0, reason: "conflict" }]);
    expect(await store.findCalendarEvent(TENANT, "evt_1")).toEqual(second);
    const moved = { ...PAGE, fromMs: NOW, toMs: NOW + DAY };
    expect((await store.listCalendarEvents(moved)).items).toEqual([]);
  });

  test("writeCalendarEvents() keeps its receipt with them, or nothing", async ({ store }) => {
    await putOwners(store);
    const write = (id: string) => store.writeCalendarEvents([fresh(eventOf(id))], receiptOf("k"));
    await store.writeCalendarEvents([fresh(eventOf("evt_0", { recipientId: "rcp_0" }))], receiptOf("k"));
    expect(await store.findReceipt(receiptOf("k"))).toBeNull();
    expect(await write("evt_1")).toEqual([]);
    await expect(write("evt_2")).rejects.toMatchObject({ code: "idempotency_conflict" });
    expect(await store.findCalendarEvent(TENANT, "evt_2")).toBeNull();
    expect(await store.findReceipt(receiptOf("k"))).not.toBeNull();
  });

  test("deleteCalendarEvent() removes one of its tenant, at its revision alone", async ({ store }) => {
    await putOwners(store);
    await put(store, eventOf("evt_1"));
    const removal = { tenantId: TENANT, id: "evt_1" };
    expect(await store.deleteCalendarEvent({ ...removal, tenantId: OTHER_TENANT })).toBe(false);
    expect(await store.deleteCalendarEvent({ ...removal, ifRevision: [7] })).toEqual({
      kind: "stale",
      revision: 1,
    });
    expect(await store.deleteCalendarEvent({ ...removal, ifRevision: [1] })).toBe(true);
    expect(await store.deleteCalendarEvent(removal)).toBe(false);
  });

  test("deleteRecipient() takes their events and addresses along, and no one else's", async ({ store }) => {
    await putOwners(store);
    await put(store, eventOf("evt_1"), eventOf("evt_2", { recipientId: "rcp_2" }));
    await store.createCalendarFeed(feedOf("cal_1"));
    await store.createCalendarFeed(feedOf("cal_2", { recipientId: "rcp_2" }));
    await store.deleteRecipient({ tenantId: TENANT, id: "rcp_1", nowMs: NOW });
    expect(await store.findCalendarEvent(TENANT, "evt_1")).toBeNull();
    expect(await store.findCalendarEvent(TENANT, "evt_2")).not.toBeNull();
    expect(await store.findCalendarFeed("hash of cal_1")).toBeNull();
    expect(await store.findCalendarFeed("hash of cal_2")).not.toBeNull();
    expect(await store.writeCalendarEvents([fresh(eventOf("evt_3"))])).toEqual([
      { index: 0, reason: "orphan" },
    ]);
  });

  test("purge() deletes what was over long ago, and a bounded number at once", async ({ store }) => {
    await putOwners(store);
    const old = ["evt_1", "evt_2", "evt_3"].map((id) => eventOf(id, at(NOW - 40 * DAY)));
    const long = eventOf("evt_4", at(NOW - 40 * DAY, NOW - 20 * DAY));
    await put(store, ...old, long, eventOf("evt_5"));
    const before = { receiptsBeforeMs: 0, eventsBeforeMs: 0, sentKeysBeforeMs: 0 };
    const purge = () => store.purge({ ...before, historyBeforeMs: NOW - 30 * DAY, limit: 2 });
    expect([await purge(), await purge(), await purge()]).toEqual([2, 1, 0]);
    expect((await store.listCalendarEvents({ ...PAGE, ...ALWAYS })).items.map(({ id }) => id)).toEqual([
      "evt_4",
      "evt_5",
    ]);
  });
}

function rangeTests(test: TestAPI<StoreTest>): void {
  test("listCalendarEvents() finds what takes place at some moment of a range", async ({ store }) => {
    await putOwners(store);
    await put(
      store,
      eventOf("evt_before", at(NOW - 2 * HOUR, NOW)),
      eventOf("evt_reaching_in", at(NOW - 2 * HOUR, NOW + 1)),
      eventOf("evt_long", at(NOW - 300 * DAY, NOW + 60 * DAY)),
      eventOf("evt_moment", at(NOW, NOW)),
      eventOf("evt_inside", at(NOW + HOUR)),
      eventOf("evt_last", at(NOW + 2 * HOUR - 1, NOW + 9 * HOUR)),
      eventOf("evt_after", at(NOW + 2 * HOUR)),
    );
    const range = { ...PAGE, fromMs: NOW, toMs: NOW + 2 * HOUR };
    const ids = (await store.listCalendarEvents(range)).items.map(({ id }) => id);
    expect(ids).toEqual(["evt_long", "evt_reaching_in", "evt_moment", "evt_inside", "evt_last"]);
    const fractions = { ...range, fromMs: NOW + 0.5, toMs: NOW + 2 * HOUR - 0.5 };
    expect((await store.listCalendarEvents(fractions)).items).toHaveLength(5);
  });

  test("listCalendarEvents() keeps whole days as those of UTC", async ({ store }) => {
    await putOwners(store);
    const day = { kind: "days", startDate: "2026-01-02", endDate: "2026-01-03" } as const;
    await put(store, eventOf("evt_1", { when: day }));
    const found = async (fromMs: number, toMs: number) =>
      (await store.listCalendarEvents({ ...PAGE, fromMs, toMs })).items.length;
    expect(await found(NOW, NOW + DAY)).toBe(0);
    expect(await found(NOW + DAY, NOW + DAY + 1)).toBe(1);
    expect(await found(NOW + 2 * DAY - 1, NOW + 9 * DAY)).toBe(1);
    expect(await found(NOW + 2 * DAY, NOW + 9 * DAY)).toBe(0);
  });

  test("listCalendarEvents() goes by beginning, page by page, of one owner or of all in a tenant", async ({
    store,
  }) => {
    await putOwners(store);
    await put(
      store,
      eventOf("evt_5", at(NOW)),
      eventOf("evt_2", at(NOW)),
      eventOf("evt_1", at(NOW + HOUR)),
      eventOf("evt_3", { ...at(NOW + HOUR), recipientId: "rcp_2" }),
      eventOf("evt_9", { ...at(NOW), tenantId: OTHER_TENANT, recipientId: "rcp_9" }),
    );
    const walk = async (owner: object) => {
      const ids: string[] = [];
      let after: string | undefined;
      do {
        const page = await store.listCalendarEvents({ ...PAGE, ...ALWAYS, ...owner, limit: 1, after });
        ids.push(...page.items.map(({ id }) => id));
        after = page.nextCursor;
      } while (after !== undefined);
      return ids;
    };
    expect(await walk({})).toEqual(["evt_2", "evt_5", "evt_1", "evt_3"]);
    expect(await walk({ recipientId: "rcp_1" })).toEqual(["evt_2", "evt_5", "evt_1"]);
    expect(await walk({ recipientId: "rcp_9" })).toEqual([]);
    for (const place of [1e300, -1e300, 0.5])
      expect(
        await store.listCalendarEvents({
          ...PAGE,
          ...ALWAYS,
          after: encodeCursor("calendar", [place, "\u0000"]),
        }),
      ).toHaveProperty("items");
    const foreign = store.listCalendarEvents({ ...PAGE, ...ALWAYS, after: "bm90aGluZw" });
    await expect(foreign).rejects.toMatchObject({ code: "invalid_input", issues: [{ path: ["cursor"] }] });
  });
}

function feedTests(test: TestAPI<StoreTest>): void {
  test("createCalendarFeed() keeps an address by its hash, for an owner that there is", async ({ store }) => {
    await putOwners(store);
    expect(await store.createCalendarFeed(feedOf("cal_1"), receiptOf("k"))).toBe("created");
    expect(await store.findCalendarFeed("hash of cal_1")).toEqual(feedOf("cal_1"));
    expect(await store.findCalendarFeed("another hash")).toBeNull();
    expect(await store.findReceipt(receiptOf("k"))).not.toBeNull();
    const again = store.createCalendarFeed(feedOf("cal_2"), receiptOf("k"));
    await expect(again).rejects.toMatchObject({ code: "idempotency_conflict" });
    expect(await store.createCalendarFeed(feedOf("cal_3", { recipientId: "rcp_9" }))).toBe("orphan");
    expect(await store.listCalendarFeeds(TENANT, "rcp_1")).toEqual([feedOf("cal_1")]);
    expect(await store.listCalendarFeeds(OTHER_TENANT, "rcp_1")).toEqual([]);
  });

  test("createCalendarFeed() makes no more than there may be", async ({ store }) => {
    await putOwners(store);
    for (let index = 0; index < MOST_FEEDS; index++)
      expect(await store.createCalendarFeed(feedOf(`cal_${100 + index}`))).toBe("created");
    expect(await store.createCalendarFeed(feedOf("cal_one_more"), receiptOf("k"))).toBe("full");
    expect(await store.findReceipt(receiptOf("k"))).toBeNull();
    expect(await store.listCalendarFeeds(TENANT, "rcp_1")).toHaveLength(MOST_FEEDS);
  });

  test("deleteCalendarFeeds() revokes one address of a recipient, or all of them", async ({ store }) => {
    await putOwners(store);
    for (const id of ["cal_1", "cal_2", "cal_3"]) await store.createCalendarFeed(feedOf(id));
    await store.createCalendarFeed(feedOf("cal_4", { recipientId: "rcp_2" }));
    const removal = { tenantId: TENANT, recipientId: "rcp_1" };
    expect(await store.deleteCalendarFeeds({ ...removal, tenantId: OTHER_TENANT })).toBe(0);
    expect(await store.deleteCalendarFeeds({ ...removal, id: "cal_4" })).toBe(0);
    expect(await store.deleteCalendarFeeds({ ...removal, id: "cal_2" })).toBe(1);
    expect(await store.findCalendarFeed("hash of cal_2")).toBeNull();
    expect(await store.deleteCalendarFeeds(removal)).toBe(2);
    expect(await store.deleteCalendarFeeds(removal)).toBe(0);
    expect(await store.findCalendarFeed("hash of cal_4")).not.toBeNull();
  });
}
