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

const LEASE_MS = 5_000;
const TAKEN_OVER_MS = 2_000;
const HOUR_MS = 3_600_000;
const WITHIN_MS = 180_000;

const random = seededRandom("FAULT_SEED");
const scale = faultScale();
const lastsMs = 3_000 * scale;
let postgres: PostgresServer;
let cluster: Cluster;
let harms: Harms;

beforeAll(async () => {
  postgres = await startPostgres();
  const options = { databaseUrl: postgres.url(), leaseMs: LEASE_MS };
  cluster = await Cluster.start({ ...options, schedulers: 1, workers: 1 });
  const wrongBy = (ms: number) => ({ ...options, settings: { CLOCK_AHEAD_MS: String(ms) } });
  await Promise.all([
    cluster.add("scheduler", wrongBy(HOUR_MS)),
    cluster.add("worker", wrongBy(HOUR_MS)),
    cluster.add("worker", wrongBy(-HOUR_MS)),
  ]);
  cluster.arrivals.reply = moodyReply(random);
  harms = new Harms({ cluster, postgres, random, leaseMs: LEASE_MS });
}, WITHIN_MS);

afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
  await postgres?.[Symbol.asyncDispose]();
});

function trialOf(name: string, options: Partial<TrialOptions> = {}): TrialOptions {
  const count = Math.round(lastsMs / 4);
  const defaults = { count, forMs: lastsMs, dueMs: [50, 1_500], settledWithinMs: 5 * LEASE_MS } as const;
  return { cluster, random, name, ...defaults, ...options };
}

/** Does harm again and again, one after the other, each after a while of peace. */
async function again(forMs: number, harm: () => Promise<void>, peaceMs = 0): Promise<void> {
  const endMs = performance.now() + forMs;
  while (performance.now() < endMs) {
    await pause(random.between(peaceMs, peaceMs + 500));
    await harm();
  }
}

function oneOf<Item>(items: readonly Item[]): Item {
  const item = items[random.between(0, items.length)];
  if (item === undefined) throw new Error("Cannot choose: there is nothing");
  return item;
}

describe(`a cluster with clocks an hour wrong (seed ${random.seed})`, { timeout: WITHIN_MS * scale }, () => {
  test("sends nothing early and takes nobody's lease", async () => {
    const account = await runTrial(trialOf("clocks wrong", { batch: 20, dueMs: [50, 900] }), async () => {});
    expectWhole(account);
    const text = "SELECT DISTINCT (story::json->0)->>'worker' AS worker FROM belfry.deliveries_history";
    // Else the clocks of those who sent nothing would prove nothing.
    expect(await ask(postgres.url(), text)).toHaveLength(3);
    expect(account.worstLatenessMs).toBeLessThan(LEASE_MS);
  });

  test("loses nothing when processes are killed, and repeats only what the dead had sent", async () => {
    const account = await runTrial(trialOf("killed"), () =>
      again(lastsMs, async () => harms.kill(await harms.busiest())),
    );
    expectWhole(account, harms.victims);
  });

  test("takes over from one that hangs at its lease's end, and lets it settle nothing", async () => {
    const account = await runTrial(trialOf("halted"), async () => {
      await pause(random.between(500, 1_500));
      await harms.halt(await harms.busiest());
    });
    expectWhole(account, harms.victims);
    expect(account.attempts["in-doubt"]).toBeGreaterThan(0);
    expect(account.leasesLost).toBeGreaterThan(0);
    expect(account.worstLatenessMs).toBeLessThan(LEASE_MS + TAKEN_OVER_MS);
  });

  test("repeats only what was sent of one that hangs while it is cut off", async () => {
    const account = await runTrial(trialOf("halted and cut"), () =>
      again(lastsMs, async () => harms.haltAndCut(await harms.busiest())),
    );
    expectWhole(account, harms.victims);
  });

  test("loses nothing of 20,000 reminders, whatever is done to it at random", async () => {
    const forMs = 15_000 * scale;
    const options = { count: 20_000 * scale, forMs, settledWithinMs: 60_000 };
    const account = await runTrial(trialOf("all at random", options), async () => {
      const toProcesses = () => oneOf([() => harms.kill(), () => harms.halt(), () => harms.haltAndCut()])();
      const toDatabase = () =>
        oneOf([
          () => harms.endConnections(),
          () => harms.killDatabase(),
          () => harms.cutOne(),
          () => harms.cutCommits("before", 1_000),
          () => harms.cutCommits("after", 1_000),
          () => harms.withoutDatabase(random.between(500, 4_000)),
          () => harms.blackHole(random.between(200, 1_000)),
        ])();
      await Promise.all([again(forMs, toProcesses), again(forMs, toDatabase, 500)]);
    });
    process.stdout.write(`cluster, all at random: ${JSON.stringify(harms.done)}\n`);
    expectWhole(account, harms.victims);
  });
});
