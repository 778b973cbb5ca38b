import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type PostgresServer, startPostgres } from "../../postgres/start-postgres.ts";
import { seededRandom } from "../seeded-random.ts";
import { type Account, ask, leftIn, takeAccount } from "./account.ts";
import { Cluster } from "./cluster.ts";
import { Harms } from "./harms.ts";
import { Promises } from "./promises.ts";
import type { RoleProcess } from "./role-process.ts";
import { faultScale } from "./scale.ts";
import { expectWhole, runTrial } from "./trial.ts";

const WITHIN_MS = 120_000;
const LEASE_MS = 30_000;
const COUNT = 300;
/** Long enough for all to be claimed, which is done two seconds ahead. */
const DUE_IN_MS = 2_500;
/** Others take over within so long. */
const TAKEN_OVER_MS = 2_000;
/** It takes five seconds to find out that a connection hangs, and a moment to make another. */
const HUNG_WITHIN_MS = 15_000;
const NOTHING_LEFT = { deliveries: 0, reminders: 0, stuck: 0 };

const random = seededRandom("FAULT_SEED");
const scale = faultScale();
let postgres: PostgresServer;
let cluster: Cluster;
let rounds = 0;

beforeAll(async () => {
  postgres = await startPostgres();
  // As in production: with leases of 30 s, none of which ends during a test.
  const settings = { BELFRY_NEAR_WINDOW: "PT15M", BELFRY_TICK: "PT1M" };
  cluster = await Cluster.start({ databaseUrl: postgres.url(), settings });
}, WITHIN_MS);

afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
  await postgres?.[Symbol.asyncDispose]();
});

async function promise({ inDoubt }: { inDoubt: "resend" | "hold" }): Promise<Promises> {
  rounds += 1;
  const promises = new Promises(cluster, `round ${rounds}`);
  const wish = {
    schedule: { in: `PT${DUE_IN_MS / 1_000}S` },
    to: { channel: "webhook" as const, address: cluster.arrivals.url },
    inDoubt,
  };
  await promises.ask(Array.from({ length: COUNT }, () => wish));
  return promises;
}

/** The worker that holds most, once all is held. */
async function holder(): Promise<RoleProcess> {
  const text = `SELECT w.pid, count(*)::int AS n, sum(count(*)) OVER ()::int AS all FROM belfry.deliveries d
    JOIN belfry.workers w ON w.id = d.worker WHERE d.state = 'leased' GROUP BY w.pid ORDER BY n DESC`;
  const looking = async () => {
    const [most] = await ask(postgres.url(), text);
    expect(most?.all).toBe(COUNT);
    return most?.pid;
  };
  const pid = await vi.waitFor(looking, { timeout: DUE_IN_MS, interval: 20 });
  const found = cluster.workers.find(({ pids }) => pids.at(-1) === pid);
  if (!found) throw new Error("Cannot find who holds it: it is none of the workers");
  return found;
}

async function firstArrivals(): Promise<void> {
  const { length } = cluster.arrivals.all;
  const looking = () => expect(cluster.arrivals.all.length).toBeGreaterThan(length);
  await vi.waitFor(looking, { timeout: 2 * DUE_IN_MS, interval: 5 });
}

async function settled(promises: Promises): Promise<Account> {
  const isOver = async () => expect(await leftIn(postgres.url())).toEqual(NOTHING_LEFT);
  await vi.waitFor(isOver, { timeout: 10_000, interval: 20 });
  return takeAccount(cluster, promises);
}

/** How long after an instant, and after it was due, the last of these came. */
function lastAfter(promises: Promises, sinceMs: number): number {
  const came = cluster.arrivals.all.filter(({ text }) => promises.kept.has(text));
  const late = Math.max(...came.map(({ atMs, dueMs }) => atMs - Math.max(dueMs, sinceMs)));
  process.stdout.write(`cluster, ${promises.name}: all had come ${late} ms after\n`);
  return late;
}

describe(`workers with leases of 30 s (seed ${random.seed})`, { timeout: WITHIN_MS * scale }, () => {
  test("send within two seconds what one that was killed held for the next moments", async () => {
    const promises = await promise({ inDoubt: "hold" });
    const victim = await holder();
    const atMs = Date.now();
    await victim.kill();
    const account = await settled(promises);
    // It was still to be sent: nobody is in doubt about it.
    expectWhole(account);
    expect(account.attempts).toEqual({ delivered: COUNT });
    expect(lastAfter(promises, atMs)).toBeLessThan(TAKEN_OVER_MS);
    await victim.start();
  });

  test("send within two seconds what one that was killed was sending", async () => {
    cluster.arrivals.reply = () => ({ status: 204, delayMs: 1_000 });
    const promises = await promise({ inDoubt: "resend" });
    const victim = await holder();
    await firstArrivals();
    const atMs = Date.now();
    await victim.kill();
    cluster.arrivals.reply = () => ({ status: 204, delayMs: 0 });
    const account = await settled(promises);
    expectWhole(account, [{ pid: victim.pids.at(-1) ?? -1, atMs }]);
    expect(account.attempts["in-doubt"]).toBeGreaterThan(0);
    expect(lastAfter(promises, atMs)).toBeLessThan(TAKEN_OVER_MS);
    await victim.start();
  });

  test("leave nothing in doubt and send nothing twice when one is told to end, and the rest is on time", async () => {
    cluster.arrivals.reply = () => ({ status: 204, delayMs: 500 });
    const promises = await promise({ inDoubt: "hold" });
    const victim = await holder();
    await firstArrivals();
    const atMs = Date.now();
    const ending = victim.stop();
    await pause(100);
    cluster.arrivals.reply = () => ({ status: 204, delayMs: 0 });
    expect(await ending).toMatchObject({ code: 0, signal: null });
    const account = await settled(promises);
    expectWhole(account);
    expect(account.attempts).toEqual({ delivered: COUNT });
    expect(lastAfter(promises, atMs)).toBeLessThan(TAKEN_OVER_MS);
    await victim.start();
  });

  test("repeat nothing when the database goes on with connections whose clients are gone", async () => {
    const harms = new Harms({ cluster, postgres, random, leaseMs: LEASE_MS });
    const forMs = 2_500 * scale;
    const options = {
      cluster,
      random,
      name: "abandoned",
      count: 500 * scale,
      forMs,
      settledWithinMs: 15_000,
    };
    const account = await runTrial({ ...options, dueMs: [50, 1_500] }, async () => {
      const endMs = performance.now() + forMs;
      while (performance.now() < endMs) {
        await pause(random.between(500, 1_500));
        await harms.abandon();
      }
    });
    expectWhole(account);
  });

  test.for(["all", "one"] as const)(
    "repeat nothing, and go on, when the connections of %s hang and nobody is told",
    async (who) => {
      const harms = new Harms({ cluster, postgres, random, leaseMs: LEASE_MS });
      const options = {
        cluster,
        random,
        name: `${who} hang`,
        count: 500 * scale,
        forMs: 2_000,
        settledWithinMs: HUNG_WITHIN_MS,
      };
      const account = await runTrial({ ...options, dueMs: [50, 1_500] }, async () => {
        await pause(1_000);
        if (who === "all") await harms.hang();
        else await harms.hangOne(await harms.busiest());
      });
      expectWhole(account);
    },
  );

  test("go on beside a newer version, which has changed the schema in a way that they can work with", async () => {
    const newer =
      "INSERT INTO belfry.migrations SELECT max(number) + 1, 'newer', max(works_with), max(applied_at) FROM belfry.migrations";
    await ask(postgres.url(), newer);
    const options = {
      cluster,
      random,
      name: "beside a newer one",
      count: 300,
      forMs: 1_000,
      settledWithinMs: 10_000,
    };
    const account = await runTrial({ ...options, dueMs: [50, 1_500] }, async () => {
      const [worker] = cluster.workers;
      await worker?.stop();
      await worker?.start();
    });
    expectWhole(account);
  });
});
