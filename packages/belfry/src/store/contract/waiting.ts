import { expect, type TestAPI } from "vitest";
import { acceptDue, claimAll, MINUTE, NOW, OTHER_TENANT } from "./fixtures.ts";
import type { StoreTest } from "./store-test.ts";

/** Counting what is due and unclaimed. */
export function waitingTests(test: TestAPI<StoreTest>): void {
  test("countWaiting() counts what is due in every tenant, parked or not, until it is claimed", async ({
    store,
  }) => {
    expect(await store.countWaiting(NOW)).toBe(0);
    for (const id of ["rem_1", "rem_2", "rem_3"]) await acceptDue(store, { id });
    await acceptDue(store, { id: "rem_4", tenantId: OTHER_TENANT });
    await acceptDue(store, { id: "rem_5", dueMs: NOW + MINUTE });
    expect(await store.countWaiting(NOW)).toBe(4);
    expect(await store.countWaiting(NOW + MINUTE)).toBe(5);

    expect(await claimAll(store, { laneLimit: 1 })).toHaveLength(2);
    expect(await store.countWaiting(NOW)).toBe(2);
    expect(await claimAll(store)).toHaveLength(2);
    expect(await store.countWaiting(NOW)).toBe(0);
  });
}
