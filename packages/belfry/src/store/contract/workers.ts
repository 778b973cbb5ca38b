import { expect, type TestAPI } from "vitest";
import { isInPartition, shardOf } from "../../domain/partition.ts";
import type { Worker } from "../../domain/worker.ts";
import type { Store } from "../store.ts";
import { acceptDue, claimAll, LEASE_MS, MINUTE, NOW, occurrenceAt, reminderOf } from "./fixtures.ts";
import type { StoreTest } from "./store-test.ts";

const NOTHING = { onLost: () => {}, onBack: () => {} };

function workerOf(id: string, change: Partial<Worker> = {}): Worker {
  return {
    id,
    roles: ["worker"],
    host: "host.test",
    pid: 1,
    version: "1.0.0",
    machine: null,
    partition: null,
    startedAtMs: NOW,
    ...change,
  };
}

async function beatOf(store: Store, id: string, nowMs: number): Promise<void> {
  await store.beat({ id, nowMs, holding: null });
}

/** Who works on the store, and on which share. */
export function workerTests(test: TestAPI<StoreTest>): void {
  test("lastBeat() is when one that sends was last known to be alive", async ({ store }) => {
    expect(await store.lastBeat()).toBeNull();
    await store.join(workerOf("wrk_1"), NOTHING);
    await store.join(workerOf("wrk_2"), NOTHING);
    await store.join(workerOf("wrk_3", { roles: ["api", "scheduler"] }), NOTHING);
    await beatOf(store, "wrk_1", NOW + 5);
    await beatOf(store, "wrk_2", NOW);
    await beatOf(store, "wrk_3", NOW + 9);
    expect(await store.lastBeat()).toBe(NOW + 5);
    await store.leave("wrk_1", NOW + 7);
    expect(await store.lastBeat()).toBe(NOW + 7);
  });

  test("lastBeat() forgets who was alive before the clock was set back", async ({ store }) => {
    for (const id of ["wrk_1", "wrk_2"])
      await store.join(workerOf(id, { startedAtMs: NOW - 60 * MINUTE }), NOTHING);
    await beatOf(store, "wrk_1", NOW);
    await beatOf(store, "wrk_2", NOW - 59 * MINUTE);
    expect(await store.lastBeat()).toBe(NOW - 59 * MINUTE);
  });

  test("lastBeat() passes over one that has joined and told nothing since: it did not catch up", async ({
    store,
  }) => {
    await store.join(workerOf("wrk_1", { startedAtMs: NOW - 60 * MINUTE }), NOTHING);
    await beatOf(store, "wrk_1", NOW - 30 * MINUTE);
    await store.join(workerOf("wrk_2", { startedAtMs: NOW - MINUTE }), NOTHING);
    expect(await store.lastBeat()).toBe(NOW - 30 * MINUTE);
    await beatOf(store, "wrk_2", NOW);
    expect(await store.lastBeat()).toBe(NOW);
  });

  test("listWorkers() shows who has joined and not left, with what they hold", async ({ store }) => {
    const partition = { index: 2, of: 8 };
    const first = workerOf("wrk_1", { partition });
    const second = workerOf("wrk_2", { roles: ["api", "scheduler", "worker"], startedAtMs: NOW + 1 });
    await store.join(second, NOTHING);
    await store.join(first, NOTHING);
    const holding = { waiting: 1, queued: 2, running: 3, sent: 4, limit: 10 };
    await store.beat({ id: "wrk_1", nowMs: NOW + 9, holding });
    expect(await store.listWorkers(NOW + 9)).toEqual([
      { ...first, state: "alive", seenAtMs: NOW + 9, holding },
      { ...second, state: "alive", seenAtMs: NOW + 1, holding: null },
    ]);
    await store.leave("wrk_1", NOW + 10);
    expect((await store.listWorkers(NOW + 10)).map(({ id }) => id)).toEqual(["wrk_2"]);
  });

  test("exclusively() gives what the work gives, and lets the next one in after it failed", async ({
    store,
  }) => {
    const failing = store.exclusively(() => Promise.reject(new Error("broken")));
    await expect(failing).rejects.toThrow("broken");
    expect(await store.exclusively(async () => 7)).toBe(7);
  });

  test("claim() and findDueReminders() take each of a share alone, and all of it", async ({ store }) => {
    const ids = Array.from({ length: 40 }, (_, i) => `rem_${i}`);
    for (const id of ids) await acceptDue(store, { id });
    const next = occurrenceAt(NOW);
    const resting = ids.map((id) => reminderOf({ id: `${id}r`, next }));
    await store.accept(resting.map((reminder) => ({ reminder, deliveries: [] })));
    const mine = (partition: { index: number; of: number }, all: readonly string[]) =>
      all.filter((id) => isInPartition(shardOf(id), partition)).sort();
    for (const index of [1, 2, 3]) {
      const partition = { index, of: 3 };
      const due = await store.findDueReminders({ horizonMs: NOW, limit: 100, partition });
      expect(due.map(({ id }) => id).sort()).toEqual(
        mine(
          partition,
          resting.map(({ id }) => id),
        ),
      );
      // What is over the lane's limit is parked, and stays in its share.
      const claimed = [
        ...(await claimAll(store, { partition, laneLimit: 3 })),
        ...(await claimAll(store, { partition })),
      ];
      expect(claimed.map(({ reminder }) => reminder.id).sort()).toEqual(mine(partition, ids));
      // What nobody has claimed yet is of other shares.
      expect(await store.nextClaimAt(partition)).toBe(NOW + LEASE_MS);
    }
    expect(await claimAll(store)).toEqual([]);
  });
}
