import { afterAll, beforeAll, expect, test } from "vitest";
import { createDatabase, type TestDatabase } from "../../../test/postgres/shared-postgres.ts";
import type { Delivery } from "../../domain/delivery.ts";
import { deliveryOf } from "../../domain/promotion.ts";
import {
  acceptDue,
  claimAll,
  claimRequest,
  deliveryFor,
  dueOnce,
  LEASE_MS,
  NOW,
  occurrenceAt,
  reminderOf,
  settlementOf,
  TENANT,
  wayOf,
} from "../contract/fixtures.ts";
import type { Claim, RingRequest } from "../store.ts";
import { openPostgresStore, type PostgresStore } from "./store.ts";

/** How many reminders each race is about: each of them is another meeting of the two. */
const MANY = 150;
const WITHIN_MS = 60_000;

let database: TestDatabase;
/** Two processes. */
let one: PostgresStore;
let two: PostgresStore;
let races = 0;

beforeAll(async () => {
  database = await createDatabase();
  const options = { url: database.url, schema: "belfry", applicationName: "belfry race", graceMs: 0 };
  [one, two] = (await Promise.all(
    [8, 8].map((poolSize) => openPostgresStore({ ...options, poolSize, notifyWithinMs: 0 })),
  )) as [PostgresStore, PostgresStore];
});

afterAll(async () => {
  await Promise.all([one?.close(), two?.close()]);
  await database?.drop();
});

/** Ids of a race of its own. */
function someIds(count = MANY): string[] {
  races += 1;
  return Array.from({ length: count }, (_, i) => `rem_${races}_${i}`);
}

/** All at once, the two processes in turns. */
async function race<Result>(
  works: readonly ((store: PostgresStore) => Promise<Result>)[],
): Promise<Result[]> {
  return Promise.all(works.map((work, i) => work(i % 2 === 0 ? one : two)));
}

function byHand(reminderId: string, key: string): RingRequest {
  const reminder = reminderOf({ id: reminderId });
  const ring = { occurrence: { ...occurrenceAt(NOW), key }, note: null };
  const delivery = deliveryOf({ reminder, ring, way: wayOf(reminder), nowMs: NOW, kind: "trigger" });
  return { tenantId: TENANT, reminderId, deliveries: [delivery], nowMs: NOW };
}

async function claimEverything(): Promise<Claim[]> {
  const claims: Claim[] = [];
  for (;;) {
    const some = await claimAll(one, { limit: 1_000, laneLimit: 100_000 });
    if (some.length === 0) return claims;
    claims.push(...some);
  }
}

/** Nothing waits, nothing is without its reminder, and nothing is in two places. */
async function expectAllOver(): Promise<void> {
  for (const claim of await claimEverything()) await one.settle([settlementOf(claim)]);
  const { deliveries, reminders } = await one.counts(TENANT);
  expect({ leased: deliveries.leased, scheduled: deliveries.scheduled }).toEqual({ leased: 0, scheduled: 0 });
  expect(reminders.active).toBe(0);
  const request = {
    tenantId: TENANT,
    limit: 10_000,
    after: undefined,
    reminderId: undefined,
    state: undefined,
  };
  const listed = (await one.listDeliveries(request)).items.map(({ id }) => id);
  expect(new Set(listed).size).toBe(listed.length);
  const known = (await one.listReminders(request)).items.map(({ reminder }) => reminder);
  expect(new Set(known.map(({ id }) => id)).size).toBe(known.length);
  expect(known.filter(({ state }) => state === "active")).toEqual([]);
}

test(
  "two that settle the last two deliveries of a reminder at once end it",
  async () => {
    const ids = someIds();
    for (const id of ids) {
      await acceptDue(one, { id });
      await one.ring(byHand(id, "again"));
    }
    const claims = await claimEverything();
    expect(claims).toHaveLength(2 * MANY);
    await race(claims.map((claim) => (store) => store.settle([settlementOf(claim)])));
    await expectAllOver();
  },
  WITHIN_MS,
);

test(
  "one that settles in batches and one that settles singly, in another order, end all",
  async () => {
    const ids = someIds();
    await one.accept(ids.map((id) => dueOnce({ id })));
    for (const id of ids) await one.ring(byHand(id, "again"));
    const claims = await claimEverything();
    const settlements = claims.map((claim) => settlementOf(claim));
    const batches = Array.from({ length: 10 }, (_, i) => settlements.filter((_, at) => at % 20 === i));
    const singles = settlements.filter((_, at) => at % 20 >= 10).reverse();
    await Promise.all([
      ...batches.map((batch) => one.settle(batch)),
      ...singles.map((settlement) => two.settle([settlement])),
    ]);
    await expectAllOver();
  },
  WITHIN_MS,
);

test(
  "the end of a rule and the settlement of what it rang before end the reminder",
  async () => {
    const ids = someIds();
    for (const id of ids) {
      const next = occurrenceAt(NOW + 1_000);
      const reminder = reminderOf({ id, next });
      await one.accept([{ reminder, deliveries: [deliveryFor(reminder)] }]);
    }
    const claims = await claimEverything();
    const end = { tenantId: TENANT, version: 1, next: null, deliveries: [], rung: 1, nowMs: NOW };
    await race<unknown>([
      ...claims.map((claim) => (store: PostgresStore) => store.settle([settlementOf(claim)])),
      ...ids.map((reminderId) => (store: PostgresStore) => store.promote([{ ...end, reminderId }])),
    ]);
    await expectAllOver();
  },
  WITHIN_MS,
);

test(
  "of several that promote a reminder at once one does, and makes each delivery once",
  async () => {
    const ids = someIds();
    const reminders = ids.map((id) => reminderOf({ id, next: occurrenceAt(NOW) }));
    await one.accept(reminders.map((reminder) => ({ reminder, deliveries: [] })));
    const promotions = reminders.map((reminder) => {
      const { id: reminderId, version } = reminder;
      const deliveries = [deliveryFor(reminder)];
      return { tenantId: TENANT, reminderId, version, next: null, deliveries, rung: 1, nowMs: NOW };
    });
    const refused = await race(Array.from({ length: 4 }, () => (store) => store.promote(promotions)));
    expect(refused.map(({ length }) => length).sort((a, b) => a - b)).toEqual([0, MANY, MANY, MANY]);
    expect(
      await claimEverything().then((claims) =>
        race(claims.map((claim) => (store) => store.settle([settlementOf(claim)]))),
      ),
    ).toHaveLength(MANY);
    await expectAllOver();
  },
  WITHIN_MS,
);

test(
  "what two claim at once goes to one of them",
  async () => {
    const ids = someIds();
    await one.accept(ids.map((id) => dueOnce({ id })));
    const request = claimRequest({ limit: 20, laneLimit: 1_000 });
    const claimed = await race(Array.from({ length: 20 }, () => (store) => store.claim(request)));
    const claims = claimed.flatMap(({ claims }) => claims);
    const taken = claims.map(({ delivery }) => delivery.id);
    expect(new Set(taken).size).toBe(taken.length);
    await one.settle(claims.map((claim) => settlementOf(claim)));
    await expectAllOver();
  },
  WITHIN_MS,
);

test(
  "what is cancelled while it is claimed or settled is in flight, or gone, and ends either way",
  async () => {
    const ids = someIds();
    await one.accept(ids.map((id) => dueOnce({ id })));
    const cancelling = (id: string) => (store: PostgresStore) =>
      store.cancelReminder({ tenantId: TENANT, id, nowMs: NOW });
    const claiming = () => (store: PostgresStore) =>
      store.claim(claimRequest({ limit: 5, laneLimit: 1_000 }));
    const [cancelled, claimed] = await Promise.all([
      race(ids.map(cancelling)),
      race(Array.from({ length: 40 }, claiming)),
    ]);
    const inFlight = new Set(
      cancelled.flatMap((result) => (result?.kind === "cancelled" ? result.inFlight : [])),
    );
    const claims = claimed.flatMap(({ claims }) => claims);
    // Whoever was told that nothing is in flight must not hear of it any more.
    expect(claims.filter(({ delivery }) => !inFlight.has(delivery.id))).toEqual([]);
    await race(claims.map((claim) => (store) => store.settle([settlementOf(claim)])));
    await expectAllOver();
  },
  WITHIN_MS,
);

test(
  "what is brought back by several, while others of its reminder are settled, is sent once more, and ends",
  async () => {
    const ids = someIds(50);
    const failed = new Map<string, Delivery[]>();
    for (const id of ids) {
      await acceptDue(one, { id });
      for (const key of ["a", "b", "c"]) await one.ring(byHand(id, key));
    }
    for (const claim of await claimEverything()) {
      await one.settle([settlementOf(claim, { state: "dead", reason: "broken" })]);
      const { reminderId } = claim.delivery;
      failed.set(reminderId, [...(failed.get(reminderId) ?? []), claim.delivery]);
    }
    for (let round = 0; round < 4; round++) {
      const redriving = [...failed.values()].flat().map(
        ({ id }) =>
          (store: PostgresStore) =>
            store.redrive({ tenantId: TENANT, id, nowMs: NOW }),
      );
      const settling = Array.from({ length: 60 }, () => async (store: PostgresStore) => {
        const claims = await claimAll(store, {
          limit: 5,
          laneLimit: 1_000,
          leaseExpiresAtMs: NOW + LEASE_MS,
        });
        await store.settle(claims.map((claim) => settlementOf(claim, { state: "dead", reason: "broken" })));
        return null;
      });
      await race<unknown>(
        redriving.flatMap((redrive, i) => [redrive, settling[i % settling.length] ?? redrive]),
      );
    }
    await expectAllOver();
    for (const delivery of [...failed.values()].flat())
      expect((await one.findDelivery(TENANT, delivery.id))?.state).toMatch(/^(delivered|dead)$/);
  },
  WITHIN_MS,
);

test(
  "what is rung by hand as its reminder ends is rung once, and ends",
  async () => {
    const ids = someIds();
    await one.accept(ids.map((id) => dueOnce({ id })));
    const claims = await claimEverything();
    const rung = await race<unknown>(
      claims.flatMap((claim) => [
        (store: PostgresStore) => store.settle([settlementOf(claim)]),
        (store: PostgresStore) => store.ring(byHand(claim.reminder.id, "now")),
        (store: PostgresStore) => store.ring(byHand(claim.reminder.id, "now")),
      ]),
    );
    expect(rung).toHaveLength(3 * MANY);
    const again = await claimEverything();
    expect(again).toHaveLength(MANY);
    await one.settle(again.map((claim) => settlementOf(claim)));
    await expectAllOver();
  },
  WITHIN_MS,
);

test(
  "leases that are renewed while others of theirs are settled do not stand in the way",
  async () => {
    const ids = someIds();
    await one.accept(ids.map((id) => dueOnce({ id })));
    const claims = await claimEverything();
    const leases = claims.map(({ delivery, fence }) => ({
      tenantId: TENANT,
      deliveryId: delivery.id,
      fence,
    }));
    const backwards = [...leases].reverse();
    const beganAtMs = performance.now();
    await race<unknown>(
      claims.flatMap((claim, i) => [
        (store: PostgresStore) => store.renew(i % 2 === 0 ? leases : backwards, NOW + LEASE_MS),
        (store: PostgresStore) => store.settle([settlementOf(claim)]),
      ]),
    );
    // A deadlock is found out only after a second.
    process.stdout.write(
      `races: renewals beside settlements took ${Math.round(performance.now() - beganAtMs)} ms\n`,
    );
    await expectAllOver();
  },
  WITHIN_MS,
);
