import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PostgresServer, startPostgres } from "../../postgres/start-postgres.ts";
import { seededRandom } from "../seeded-random.ts";
import { ask } from "./account.ts";
import { moodyReply } from "./arrivals.ts";
import { Cluster } from "./cluster.ts";
import { Harms } from "./harms.ts";
import { faultScale } from "./scale.ts";
import { expectWhole, runTrial, type TrialOptions } from "./trial.ts";

const LEASE_MS = 3_000;
const WITHIN_MS = 120_000;

const random = seededRandom("FAULT_SEED");
const scale = faultScale();
const lastsMs = 2_500 * scale;
let postgres: PostgresServer;
let cluster: Cluster;
let harms: Harms;

beforeAll(async () => {
  postgres = await startPostgres();
  cluster = await Cluster.start({ databaseUrl: postgres.url(), leaseMs: LEASE_MS });
  cluster.arrivals.reply = moodyReply(random);
  harms = new Harms({ cluster, postgres, random, leaseMs: LEASE_MS });
}, WITHIN_MS);

afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
  await postgres?.[Symbol.asyncDispose]();
});

function trialOf(name: string, forMs = lastsMs): TrialOptions {
  const count = Math.round(forMs / 4);
  return { cluster, random, name, count, forMs, dueMs: [50, 1_500], settledWithinMs: 5 * LEASE_MS };
}

/** Does harm again and again, after pauses of at least and at most so long. */
async function again(least: number, most: number, harm: () => Promise<void>): Promise<void> {
  const endMs = performance.now() + lastsMs;
  while (performance.now() < endMs) {
    await pause(random.between(least, most));
    await harm();
  }
}

describe(`a cluster, cut off from its database (seed ${random.seed})`, { timeout: WITHIN_MS * scale }, () => {
  test("makes the places of its history when there are none for today, all processes at once", async () => {
    const partitions = await ask(
      postgres.url(),
      "SELECT inhrelid::regclass::text AS name FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE c.relkind = 'r'",
    );
    expect(partitions.length).toBeGreaterThan(2);
    for (const { name } of partitions) await ask(postgres.url(), `DROP TABLE ${String(name)}`);
    expectWhole(await runTrial(trialOf("midnight", 1_000), async () => {}));
  });

  test("repeats nothing when all its connections are ended, again and again", async () => {
    const account = await runTrial(trialOf("connections ended"), () =>
      again(100, 1_000, () => harms.endConnections()),
    );
    expectWhole(account);
  });

  test.for(["before", "after"] as const)(
    "repeats nothing when connections are cut %s a commit is done",
    async (moment) => {
      const cuts = () => cluster.proxies.reduce((sum, { cuts }) => sum + cuts[moment], 0);
      const already = cuts();
      const account = await runTrial(trialOf(`cut ${moment} commits`), () =>
        harms.cutCommits(moment, lastsMs),
      );
      expectWhole(account);
      expect(cuts() - already).toBeGreaterThan(0);
    },
  );

  test("repeats nothing after a time without a database that is longer than a lease", async () => {
    const account = await runTrial(trialOf("without a database", 2_000), async () => {
      await pause(1_000);
      await harms.withoutDatabase(1.5 * LEASE_MS * scale);
    });
    expectWhole(account);
  });

  test("repeats nothing after its database was killed and started again", async () => {
    const account = await runTrial(trialOf("database killed"), () =>
      again(500, 1_500, () => harms.killDatabase()),
    );
    expectWhole(account);
  });

  test("repeats nothing after nothing came through for longer than a lease, and nobody was told", async () => {
    const account = await runTrial(trialOf("black hole", 2_000), async () => {
      await pause(1_000);
      await harms.blackHole(2 * LEASE_MS);
    });
    expectWhole(account);
  });

  test("repeats nothing after another program held its table for longer than a lease", async () => {
    const account = await runTrial(trialOf("table locked", 2_000), async () => {
      await pause(1_000);
      await harms.lockTable(2 * LEASE_MS);
    });
    expectWhole(account);
  });

  test("repeats nothing when single processes are cut off for a moment", async () => {
    const account = await runTrial(trialOf("one cut off"), () => again(50, 300, () => harms.cutOne()));
    expectWhole(account);
  });
});
