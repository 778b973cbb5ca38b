import { expect, test } from "vitest";
import { DatabaseProxy } from "../../../test/faults/cluster/database-proxy.ts";
import { createDatabase } from "../../../test/postgres/shared-postgres.ts";
import type { Worker } from "../../domain/worker.ts";
import {
  acceptDue,
  claimAll,
  claimOne,
  LEASE_MS,
  MINUTE,
  NOW,
  refusedBy,
  settlementOf,
} from "../contract/fixtures.ts";
import type { MembershipEvents } from "../store.ts";
import { GONE_AFTER_MS } from "./attending.ts";
import { openPostgresStore, type PostgresOptions, type PostgresStore } from "./store.ts";

const NOTHING = { onLost: () => {}, onBack: () => {} };

function open(url: string, change: Partial<PostgresOptions> = {}): Promise<PostgresStore> {
  const options = {
    url,
    schema: "belfry",
    applicationName: "belfry standing",
    poolSize: 3,
    notifyWithinMs: 0,
  };
  return openPostgresStore({ ...options, graceMs: 0, ...change });
}

async function join(store: PostgresStore, id: string, seenAtMs: number, events: MembershipEvents = NOTHING) {
  const worker: Worker = {
    id,
    roles: ["worker"],
    host: "host.test",
    pid: 1,
    version: "1.0.0",
    machine: "machine.test",
    partition: null,
    startedAtMs: seenAtMs,
  };
  await store.join(worker, events);
}

test("recover() ends the leases of one that is gone, and none that was taken by a clock a little ahead", async () => {
  await using database = await createDatabase();
  const [one, two] = [await open(database.url), await open(database.url)];
  await join(one, "wrk_here", NOW);
  await join(two, "wrk_gone", NOW - 10_000);
  await acceptDue(one, { id: "rem_1" });
  await claimOne(two, { worker: "wrk_gone" });
  await acceptDue(one, { id: "rem_2" });
  const held = await claimOne(one, { worker: "wrk_here", nowMs: NOW + 5 });
  await two.close();
  expect(await one.recover(NOW + 1, LEASE_MS)).toEqual({ ended: 1, nextMs: null });
  const [taken] = await claimAll(one, { worker: "wrk_here", nowMs: NOW + 10 });
  expect(taken).toMatchObject({ inDoubtOf: "wrk_gone", delivery: { reminderId: "rem_1" } });
  expect(await refusedBy(one, [settlementOf(held)])).toEqual([]);
  await one.close();
});

test("recover() tells when one that is cut off will be gone, and ends its leases from then on", async () => {
  await using database = await createDatabase();
  const [one, two] = [await open(database.url), await open(database.url)];
  await join(one, "wrk_here", NOW);
  await join(two, "wrk_cut", NOW);
  await two.beat({ id: "wrk_cut", nowMs: NOW + 100, holding: null });
  await acceptDue(one);
  await claimOne(two, { worker: "wrk_cut" });
  await one.recover(NOW + 200, LEASE_MS);
  await two.close();
  const goneMs = NOW + 100 + GONE_AFTER_MS + 1;
  expect(await one.recover(NOW + 300, LEASE_MS)).toEqual({ ended: 0, nextMs: goneMs });
  expect(await one.recover(goneMs - 1, LEASE_MS)).toEqual({ ended: 0, nextMs: goneMs });
  expect(await one.recover(goneMs, LEASE_MS)).toEqual({ ended: 1, nextMs: null });
  await one.close();
});

test("recover() ends at once the leases of one that is cut off and known to have ended", async () => {
  await using database = await createDatabase();
  const [one, two, three] = [await open(database.url), await open(database.url), await open(database.url)];
  await join(one, "wrk_here", NOW);
  await join(two, "wrk_cut", NOW);
  await join(three, "wrk_ended", NOW);
  await acceptDue(one);
  await claimOne(three, { worker: "wrk_ended" });
  await one.recover(NOW + 100, LEASE_MS);
  const asked: Worker[] = [];
  const hasEnded = (worker: Worker): boolean => {
    asked.push(worker);
    return worker.id === "wrk_ended";
  };
  // While it holds its lock it is there, whatever is thought of it.
  expect(await one.recover(NOW + 200, LEASE_MS, () => true)).toEqual({ ended: 0, nextMs: null });
  await Promise.all([two.close(), three.close()]);
  const goneMs = NOW + GONE_AFTER_MS + 1;
  expect(await one.recover(NOW + 200, LEASE_MS, hasEnded)).toEqual({ ended: 1, nextMs: goneMs });
  const known = { host: "host.test", pid: 1, machine: "machine.test", startedAtMs: NOW };
  expect(asked).toContainEqual(expect.objectContaining({ ...known, id: "wrk_ended" }));
  expect((await claimOne(one, { nowMs: NOW + 300 })).inDoubtOf).toBe("wrk_ended");
  expect((await one.listWorkers(NOW + 300)).map(({ id }) => id)).toEqual(["wrk_cut", "wrk_here"]);
  await one.close();
});

test("recover() looks again for what one that had ended was still given", async () => {
  await using database = await createDatabase();
  const [one, two] = [await open(database.url), await open(database.url)];
  await join(one, "wrk_here", NOW);
  await join(two, "wrk_ended", NOW);
  await one.recover(NOW + 100, LEASE_MS);
  await two.close();
  const againMs = NOW + 200 + GONE_AFTER_MS;
  expect(await one.recover(NOW + 200, LEASE_MS, () => true)).toEqual({ ended: 0, nextMs: againMs });
  // A claim that the server had been asked for before it noticed the end.
  await acceptDue(one);
  await claimOne(one, { worker: "wrk_ended", nowMs: NOW + 210 });
  expect(await one.recover(againMs - 1, LEASE_MS, () => true)).toEqual({ ended: 0, nextMs: againMs });
  expect(await one.recover(againMs, LEASE_MS, () => true)).toEqual({ ended: 1, nextMs: null });
  expect((await claimOne(one, { nowMs: againMs + 1 })).inDoubtOf).toBe("wrk_ended");
  await one.close();
});

test("recover() leaves alone who was seen later than now, since the clock was set back", async () => {
  await using database = await createDatabase();
  const [one, two] = [await open(database.url), await open(database.url)];
  await join(one, "wrk_1", NOW);
  await one.beat({ id: "wrk_1", nowMs: NOW, holding: null });
  await acceptDue(one);
  await claimOne(one, { worker: "wrk_1", nowMs: NOW - 60 * MINUTE, horizonMs: NOW });
  await join(two, "wrk_2", NOW - 60 * MINUTE);
  await two.beat({ id: "wrk_2", nowMs: NOW - 60 * MINUTE, holding: null });
  expect(await two.recover(NOW - 60 * MINUTE, LEASE_MS)).toEqual({ ended: 0, nextMs: null });
  const listed = await two.listWorkers(NOW - 60 * MINUTE);
  expect(listed.map(({ id, state }) => [id, state])).toEqual([
    ["wrk_2", "alive"],
    ["wrk_1", "alive"],
  ]);
  await Promise.all([one.close(), two.close()]);
});

test("claim() takes over no lease that has ended while others may be on their way back", async () => {
  await using database = await createDatabase();
  const store = await open(database.url);
  await acceptDue(store);
  await claimOne(store);
  const ended = { nowMs: NOW + LEASE_MS, horizonMs: NOW + LEASE_MS, worker: "wrk_2" };
  const back = await open(database.url, { wasAway: true, graceMs: 600_000 });
  expect(await claimAll(back, ended)).toEqual([]);
  await back.close();
  expect((await claimOne(store, ended)).inDoubtOf).toBe("wrk_1");
  await store.close();
});

test("claim() gives what it took before, if its answer was lost on the way", async () => {
  await using database = await createDatabase();
  await using proxy = await DatabaseProxy.start(Number(new URL(database.url).port));
  const store = await open(proxy.through(database.url));
  await acceptDue(store);
  proxy.cutNext((message) => message.kind === "statement" && message.name === "claim_due", "after");
  await expect(claimAll(store)).rejects.toMatchObject({ code: "store_unreachable" });
  const laterMs = NOW + 1_000;
  const claim = await claimOne(store, { nowMs: laterMs });
  expect(claim).toMatchObject({ fence: 1, inDoubtOf: null, delivery: { lostLeases: 0, story: [] } });
  expect(await store.nextClaimAt()).toBe(laterMs + LEASE_MS);
  expect(await claimAll(store, { nowMs: laterMs })).toEqual([]);
  expect(await refusedBy(store, [settlementOf(claim)])).toEqual([]);
  await store.close();
});

test("a process that is cut off is back at once, though the server still keeps its connection", async () => {
  await using database = await createDatabase();
  await using proxy = await DatabaseProxy.start(Number(new URL(database.url).port));
  const store = await open(proxy.through(database.url));
  const lost = Promise.withResolvers<void>();
  const back = Promise.withResolvers<void>();
  await join(store, "wrk_1", NOW, { onLost: lost.resolve, onBack: back.resolve });
  proxy.abandon();
  await lost.promise;
  await back.promise;
  expect(await store.listWorkers(NOW)).toMatchObject([{ id: "wrk_1", state: "alive" }]);
  await store.close();
});

test("a connection that breaks in the middle of a transaction is told to who asked, and to nobody else", async () => {
  await using database = await createDatabase();
  await using proxy = await DatabaseProxy.start(Number(new URL(database.url).port));
  const store = await open(proxy.through(database.url));
  await acceptDue(store);
  const claim = await claimOne(store);
  for (const moment of ["before", "after"] as const) {
    proxy.cutNext((message) => message.kind === "commit", moment);
    await expect(store.settle([settlementOf(claim)])).rejects.toMatchObject({ code: "store_unreachable" });
  }
  // The second time it was done, though it could not be told.
  expect(await refusedBy(store, [settlementOf(claim)])).toEqual([claim.delivery.id]);
  await store.close();
});
