import { describe, expect, test } from "vitest";
import { seededRandom } from "../../test/faults/seeded-random.ts";
import { eventsOf, readEverything } from "./contract/all-reads.ts";
import { claimAll, LEASE_MS, refusedBy, settlementOf } from "./contract/fixtures.ts";
import { type MovePlace, newPlace, type PlaceKind } from "./contract/move-places.ts";
import { beginLife, endLife, live } from "./contract/random-life.ts";
import { moveInstallation } from "./move.ts";

const ACTS = 150;
const WITHIN_MS = 60_000;
const DAY = 86_400_000;

async function moveBetween(from: MovePlace, to: MovePlace, newId = "move_1"): Promise<Map<string, number>> {
  const [left, arrived] = [await from.openTransfer({ mustExist: true }), await to.openTransfer()];
  try {
    const moved = await moveInstallation({ from: left, to: arrived, newId, leaseMs: LEASE_MS });
    return new Map(moved.map(({ what, rows }) => [what, rows]));
  } finally {
    await left.close();
    await arrived.close();
  }
}

type Route = readonly [PlaceKind, PlaceKind, PlaceKind];
const ROUTES: readonly Route[] = [
  ["sqlite", "postgres", "sqlite"],
  ["postgres", "sqlite", "postgres"],
  ["postgres", "postgres", "sqlite"],
];
/** Of these there are to be some, or little is said. */
const WANTED = [
  ...["reminders", "open deliveries", "settled deliveries", "sent keys", "inbox messages"],
  ...["recipients", "campaigns", "acknowledgements", "calendar events", "calendar feeds", "facts"],
];

describe("moveInstallation()", () => {
  test.each(ROUTES)(
    "keeps all that a store answers when it moves from %s to %s to %s",
    async (...kinds) => {
      const random = seededRandom();
      let nowMs = Date.UTC(2025, 2, 1);
      const [first, second, third] = await Promise.all(kinds.map((kind) => newPlace(kind, () => nowMs)));
      await using places = placesOf(first, second, third);
      const life = beginLife(await places.first.openStore(), nowMs);
      await live(life, random, ACTS);
      await endLife(life);
      nowMs = life.nowMs();
      const asked = { tenantIds: ["tnt_a", "tnt_b"], receipts: life.receipts, nowMs };
      const before = await readEverything(life.store, asked);
      const log = await eventsOf(life.store, "tnt_a");
      await life.store.close();

      const moved = await moveBetween(places.first, places.second);
      expect(WANTED.filter((what) => !moved.get(what))).toEqual([]);
      const there = await places.second.openStore();
      expect(await readEverything(there, asked), `seed ${random.seed}`).toEqual(before);
      // Whoever was at work was so on the store that it left.
      expect((await there.listWorkers(nowMs + 60_000)).filter(({ state }) => state !== "gone")).toEqual([]);
      await resumes(there, log);
      const laterLog = await eventsOf(there, "tnt_a");
      await there.close();

      await moveBetween(places.second, places.third);
      const back = await places.third.openStore();
      expect(await readEverything(back, asked), `seed ${random.seed}`).toEqual(before);
      await resumes(back, laterLog);
      await replays(back, life.receipts);
      await goesOn(back, { ...life, nowMs: () => nowMs });
      await back.close();
    },
    WITHIN_MS,
  );
});

function placesOf(first?: MovePlace, second?: MovePlace, third?: MovePlace) {
  if (!first || !second || !third) throw new Error("Cannot test: there are to be three places");
  const dispose = async (): Promise<void> => {
    for (const place of [first, second, third]) await place[Symbol.asyncDispose]();
  };
  return { first, second, third, [Symbol.asyncDispose]: dispose };
}

type Store = Awaited<ReturnType<MovePlace["openStore"]>>;
type Event = Awaited<ReturnType<typeof eventsOf>>[number];

/** Whoever has heard any event of the old log hears all that followed it, and nothing twice. */
async function resumes(store: Store, log: readonly Event[]): Promise<void> {
  const contents = log.map(({ id, ...event }) => event);
  for (const [index, { id }] of log.entries()) {
    if (index % 17 > 0 && index < log.length - 3) continue;
    const following = (await eventsOf(store, "tnt_a", id)).map(({ id: _, ...event }) => event);
    expect(following).toEqual(contents.slice(index + 1));
  }
}

/** What has been answered is not done again. */
async function replays(store: Store, receipts: readonly { route: string; key: string }[]): Promise<void> {
  for (const key of receipts.slice(0, 5)) {
    const answered = await store.findReceipt({ tenantId: "tnt_a", ...key });
    if (answered === null) continue;
    await expect(store.accept([], answered)).rejects.toMatchObject({ code: "idempotency_conflict" });
  }
}

/** Each open delivery can be claimed once, nothing that was sent can, and new events follow the old ones. */
async function goesOn(store: Store, life: { delivered: Set<string>; nowMs(): number }): Promise<void> {
  const nowMs = life.nowMs() + DAY;
  const open = await openIds(store);
  const lastEvent = (await eventsOf(store, "tnt_a")).at(-1);
  const taken: string[] = [];
  for (;;) {
    const claims = await claimAll(store, { nowMs, limit: 50, laneLimit: 1_000 });
    if (claims.length === 0) break;
    taken.push(...claims.map(({ delivery }) => delivery.id));
    const settlements = claims.map((claim) => settlementOf(claim, { nowMs }));
    expect(await refusedBy(store, settlements)).toEqual([]);
  }
  expect(taken.sort()).toEqual(open.filter((id) => taken.includes(id)));
  expect(taken.filter((id) => life.delivered.has(id))).toEqual([]);
  // The others were of an older epoch than their reminders.
  expect(await openIds(store)).toEqual([]);
  const fresh = await eventsOf(store, "tnt_a", lastEvent?.id);
  expect(fresh.length).toBeGreaterThan(0);
  const counts = await store.counts();
  expect([counts.deliveries.leased, counts.deliveries.scheduled, counts.deliveries.retrying]).toEqual([
    0, 0, 0,
  ]);
}

async function openIds(store: Store): Promise<string[]> {
  const ids: string[] = [];
  for (const tenantId of ["tnt_a", "tnt_b"]) {
    for (const state of ["scheduled", "leased", "retrying"] as const) {
      const request = { tenantId, limit: 10_000, after: undefined, reminderId: undefined, state };
      ids.push(...(await store.listDeliveries(request)).items.map(({ id }) => id));
    }
  }
  return ids.sort();
}
