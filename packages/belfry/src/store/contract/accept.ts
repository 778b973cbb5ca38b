import { expect, type TestAPI } from "vitest";
import { RECEIPT_LIFE_MS } from "../access.ts";
import {
  deliveryFor,
  dueOnce,
  MINUTE,
  NOW,
  OTHER_TENANT,
  occurrenceAt,
  receiptOf,
  reminderOf,
  TENANT,
} from "./fixtures.ts";
import type { StoreTest } from "./store-test.ts";

/** Accepting and promoting. */
export function acceptTests(test: TestAPI<StoreTest>): void {
  test("accept() stores reminder, deliveries and receipt together", async ({ store }) => {
    const { delivery, ...acceptance } = dueOnce();
    await store.accept([acceptance], receiptOf("k"));
    expect((await store.findReminder(TENANT, "rem_1"))?.reminder).toEqual(acceptance.reminder);
    expect(await store.findDelivery(TENANT, delivery.id)).toEqual(delivery);
    expect(await store.findReceipt({ tenantId: TENANT, route: "POST /v1/reminders", key: "k" })).toEqual(
      receiptOf("k"),
    );
  });

  test("accept() stores nothing when its receipt was used meanwhile", async ({ store }) => {
    await store.accept([], receiptOf("k"));
    const second = store.accept([dueOnce()], receiptOf("k"));
    await expect(second).rejects.toMatchObject({ code: "idempotency_conflict" });
    expect(await store.findReminder(TENANT, "rem_1")).toBeNull();
  });

  test("accept() lets a receipt be replaced after its 24 hours, purged or not", async ({ store }) => {
    await store.accept([], receiptOf("k"));
    const early = store.accept([], { ...receiptOf("k"), createdAtMs: NOW + RECEIPT_LIFE_MS - 1 });
    await expect(early).rejects.toMatchObject({ code: "idempotency_conflict" });
    const late = { ...receiptOf("k"), status: 202, createdAtMs: NOW + RECEIPT_LIFE_MS };
    await store.accept([], late);
    expect(await store.findReceipt(late)).toEqual(late);
  });

  test("accept() keeps the receipts of two tenants apart", async ({ store }) => {
    await store.accept([], receiptOf("k", TENANT));
    await store.accept([], receiptOf("k", OTHER_TENANT));
    const found = await store.findReceipt({ tenantId: OTHER_TENANT, route: "POST /v1/reminders", key: "k" });
    expect(found?.tenantId).toBe(OTHER_TENANT);
  });

  test("accept() keeps concurrent calls apart when one of them fails", async ({ store }) => {
    await store.accept([], receiptOf("k"));
    const results = await Promise.allSettled([
      store.accept([dueOnce({ id: "rem_1" })]),
      store.accept([dueOnce({ id: "rem_2" })], receiptOf("k")),
      store.accept([dueOnce({ id: "rem_3" })]),
    ]);
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await store.findReminder(TENANT, "rem_2")).toBeNull();
    expect(await store.findReminder(TENANT, "rem_3")).not.toBeNull();
  });

  test("findDueReminders() gives the active ones up to the horizon, soonest first", async ({ store }) => {
    const at = (id: string, minutes: number) =>
      reminderOf({ id, next: occurrenceAt(NOW + minutes * MINUTE) });
    const reminders = [
      at("rem_1", 5),
      at("rem_2", 1),
      at("rem_3", 60),
      { ...at("rem_4", 2), state: "paused" as const },
    ];
    await store.accept(reminders.map((reminder) => ({ reminder, deliveries: [] })));
    const due = await store.findDueReminders({ horizonMs: NOW + 5 * MINUTE, limit: 10 });
    expect(due.map((reminder) => reminder.id)).toEqual(["rem_2", "rem_1"]);
    expect(await store.findDueReminders({ horizonMs: NOW + 5 * MINUTE, limit: 1 })).toHaveLength(1);
  });

  test("promote() inserts deliveries and advances in one write", async ({ store }) => {
    const reminder = reminderOf({ next: occurrenceAt(NOW) });
    await store.accept([{ reminder, deliveries: [] }]);
    const delivery = deliveryFor(reminder);
    const next = occurrenceAt(NOW + MINUTE);
    const promotion = {
      tenantId: TENANT,
      reminderId: "rem_1",
      version: 1,
      next,
      deliveries: [delivery],
      rung: 1,
      nowMs: NOW,
    };
    expect(await store.promote([promotion])).toEqual([]);
    const view = await store.findReminder(TENANT, "rem_1");
    expect(view?.reminder).toMatchObject({ version: 2, next });
    expect(view?.upcoming).toEqual(delivery.occurrence);
  });

  test("promote() refuses a reminder that has moved, and makes nothing of it", async ({ store }) => {
    const reminder = reminderOf({ next: occurrenceAt(NOW) });
    await store.accept([{ reminder, deliveries: [] }]);
    const delivery = deliveryFor(reminder);
    const promotion = {
      tenantId: TENANT,
      reminderId: "rem_1",
      version: 9,
      next: null,
      deliveries: [delivery],
      rung: 1,
      nowMs: NOW,
    };
    expect(await store.promote([promotion])).toEqual(["rem_1"]);
    expect(await store.findDelivery(TENANT, delivery.id)).toBeNull();
  });

  test("promote() makes no second delivery of an occurrence that is open", async ({ store }) => {
    const reminder = reminderOf({ next: occurrenceAt(NOW) });
    const delivery = deliveryFor(reminder);
    await store.accept([{ reminder, deliveries: [delivery] }]);
    const again = {
      tenantId: TENANT,
      reminderId: "rem_1",
      version: 1,
      next: null,
      deliveries: [delivery],
      rung: 1,
      nowMs: NOW,
    };
    await store.promote([again]);
    const { items } = await store.listDeliveries({
      tenantId: TENANT,
      limit: 10,
      after: undefined,
      reminderId: "rem_1",
      state: undefined,
    });
    expect(items).toHaveLength(1);
  });

  test("promote() ends a reminder that has nothing left", async ({ store }) => {
    await store.accept([{ reminder: reminderOf({ next: occurrenceAt(NOW) }), deliveries: [] }]);
    await store.promote([
      { tenantId: TENANT, reminderId: "rem_1", version: 1, next: null, deliveries: [], rung: 1, nowMs: NOW },
    ]);
    const view = await store.findReminder(TENANT, "rem_1");
    expect(view).toMatchObject({ reminder: { state: "finished" }, upcoming: null });
  });
}
