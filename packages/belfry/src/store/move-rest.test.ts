import { describe, expect, test } from "vitest";
import {
  acceptDue,
  claimAll,
  claimOne,
  LEASE_MS,
  MINUTE,
  NOW,
  refusedBy,
  settlementOf,
  TENANT,
} from "./contract/fixtures.ts";
import { type MovePlace, newPlace, type PlaceKind } from "./contract/move-places.ts";
import { moveInstallation } from "./move.ts";

/** Before the clock of any database. */
const PAST = Date.UTC(2025, 0, 1);
const KINDS: readonly PlaceKind[] = ["sqlite", "postgres"];
const QUIET = { onLost: () => {}, onBack: () => {} };
const WORKER = { roles: ["worker" as const], host: "h", version: "1", machine: null, partition: null };

async function move(from: MovePlace, to: MovePlace): Promise<void> {
  const [left, arrived] = [await from.openTransfer({ mustExist: true }), await to.openTransfer()];
  try {
    await moveInstallation({ from: left, to: arrived, newId: "move_1", leaseMs: LEASE_MS });
  } finally {
    await left.close();
    await arrived.close();
  }
}

describe.each(KINDS)("moveInstallation() from %s", (kind) => {
  const other = kind === "sqlite" ? "postgres" : "sqlite";

  test("leaves in doubt what a killed worker may have sent, and gives back what it cannot have", async () => {
    // A database goes by its own clock.
    const nowMs = Date.now();
    await using from = await newPlace(kind, () => nowMs);
    await using to = await newPlace(other, () => nowMs);
    const store = await from.openStore();
    const due = await acceptDue(store, { id: "rem_due", dueMs: nowMs - 1_000 });
    const ahead = await acceptDue(store, { id: "rem_ahead", dueMs: nowMs + MINUTE });
    const held = await claimAll(store, { worker: "wrk_killed", nowMs, horizonMs: nowMs + MINUTE });
    expect(held.map(({ delivery }) => delivery.id)).toEqual([due.id, ahead.id]);
    await store.close();

    await move(from, to);
    const there = await to.openStore();
    const states = [await there.findDelivery(TENANT, due.id), await there.findDelivery(TENANT, ahead.id)];
    expect(states.map((delivery) => delivery?.state)).toEqual(["leased", "scheduled"]);
    expect((await there.counts()).deliveries).toMatchObject({ leased: 1, scheduled: 1 });
    const claims = await claimAll(there, { worker: "wrk_2", nowMs: nowMs + MINUTE });
    const doubts = claims.map(({ delivery, inDoubtOf, fence }) => [delivery.id, inDoubtOf, fence]);
    expect(doubts.sort()).toEqual(
      [
        [due.id, "wrk_killed", 2],
        [ahead.id, null, 2],
      ].sort(),
    );
    expect((await there.findDelivery(TENANT, due.id))?.story).toMatchObject([
      { worker: "wrk_killed", outcome: "in-doubt" },
    ]);
    // Whoever held it before cannot settle it there.
    expect(
      await refusedBy(
        there,
        held.map((claim) => settlementOf(claim)),
      ),
    ).toEqual([due.id, ahead.id]);
    await there.close();
  });
});

describe("a database that is part of a move", () => {
  test("refuses to be left while a process works on it, naming it, and is as it was", async () => {
    await using from = await newPlace("postgres", () => PAST);
    await using to = await newPlace("sqlite", () => PAST);
    const store = await from.openStore();
    await acceptDue(store);
    await store.join({ ...WORKER, id: "wrk_1", pid: 4711, startedAtMs: PAST }, QUIET);
    const code = "store_in_use";
    const message = expect.stringContaining("stop first: worker wrk_1 on h, process 4711");
    await expect(move(from, to)).rejects.toMatchObject({ code, message });
    // The worker has not noticed, and the target is free again.
    await store.settle([settlementOf(await claimOne(store))]);
    await (await to.openStore()).close();

    await store.leave("wrk_1", PAST);
    await store.close();
    await move(from, to);
  });

  test("takes nothing any more from a process that still has it open", async () => {
    await using from = await newPlace("postgres", () => PAST);
    await using to = await newPlace("sqlite", () => PAST);
    const store = await from.openStore();
    const delivery = await acceptDue(store);
    const claim = await claimOne(store);
    await move(from, to);

    const refused = { code: "store_moved", message: expect.stringContaining("was moved to ") };
    await expect(acceptDue(store, { id: "rem_2" })).rejects.toMatchObject(refused);
    await expect(store.settle([settlementOf(claim)])).rejects.toMatchObject(refused);
    await expect(claimAll(store, { nowMs: NOW + MINUTE })).rejects.toMatchObject(refused);
    const lease = { tenantId: TENANT, deliveryId: delivery.id, fence: claim.fence };
    await expect(store.renew([lease], NOW + MINUTE)).rejects.toMatchObject(refused);
    await expect(
      store.join({ ...WORKER, id: "wrk_2", pid: 1, startedAtMs: PAST }, QUIET),
    ).rejects.toMatchObject(refused);
    await expect(store.ping()).rejects.toMatchObject(refused);
    await store.close();
  });
});
