import { expect, type TestAPI } from "vitest";
import type { ReminderPlace, Store } from "../store.ts";
import {
  claimOne,
  dueOnce,
  MINUTE,
  NOW,
  OTHER_TENANT,
  occurrenceAt,
  reminderOf,
  settlementOf,
  TENANT,
} from "./fixtures.ts";
import type { StoreTest } from "./store-test.ts";

const NEXT = occurrenceAt(NOW + 60 * MINUTE);

/** Every reminder, a page of `limit` at a time. */
async function walk(store: Store, limit: number): Promise<string[]> {
  const seen: string[] = [];
  let after: ReminderPlace | null = null;
  for (;;) {
    const page = await store.walkReminders(after, limit);
    expect(page.length).toBeLessThanOrEqual(limit);
    seen.push(...page.map(({ tenantId, id }) => `${tenantId} ${id}`));
    const last = page.at(-1);
    if (!last) return seen;
    after = { tenantId: last.tenantId, id: last.id };
  }
}

/** What an installation knows of itself. */
export function factTests(test: TestAPI<StoreTest>): void {
  test("readFact() gives what writeFact() has kept last, and null for what is not known or was forgotten", async ({
    store,
  }) => {
    expect(await store.readFact("zone-data")).toBeNull();
    await store.writeFact("zone-data", "2025a");
    await store.writeFact("zone-data-walk", '{"to":"2026c"}');
    await store.writeFact("zone-data", "2026c");
    expect(await store.readFact("zone-data")).toBe("2026c");
    expect(await store.readFact("zone-data-walk")).toBe('{"to":"2026c"}');
    await store.writeFact("zone-data-walk", null);
    expect(await store.readFact("zone-data-walk")).toBeNull();
    await store.writeFact("zone-data-walk", null);
    expect(await store.readFact("zone-data")).toBe("2026c");
  });

  test("walkReminders() gives each reminder of all tenants once, page by page, whole, and none that is over", async ({
    store,
  }) => {
    const reminders = [TENANT, OTHER_TENANT].flatMap((tenantId) =>
      ["rem_1", "rem_2", "rem_3"].map((id) => reminderOf({ tenantId, id: `${id}${tenantId}`, next: NEXT })),
    );
    await store.accept(reminders.map((reminder) => ({ reminder, deliveries: [] })));
    await store.accept([dueOnce({ id: "rem_over" })]);
    await store.settle([settlementOf(await claimOne(store))]);
    const expected = reminders.map(({ tenantId, id }) => `${tenantId} ${id}`).sort();
    for (const limit of [1, 2, 5, 100]) expect((await walk(store, limit)).sort()).toEqual(expected);
    const [first] = await store.walkReminders(null, 1);
    expect(reminders).toContainEqual(first);
  });
}
