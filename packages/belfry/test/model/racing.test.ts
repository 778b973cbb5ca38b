import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import type { Channel, Message } from "../../src/channels/channel.ts";
import { createRegistry } from "../../src/channels/registry.ts";
import { ConflictError } from "../../src/domain/errors.ts";
import { createIdSource } from "../../src/domain/ids.ts";
import type { Outcome } from "../../src/domain/outcome.ts";
import { createEngine } from "../../src/engine/create-engine.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { DEFAULT_TUNING } from "../../src/engine/ports.ts";
import { VirtualClock } from "../../src/engine/virtual-clock.ts";
import { type QuietStore, quietStore } from "../../src/simulate/quiet-store.ts";
import { openPostgresStore } from "../../src/store/postgres/store.ts";
import { ask } from "../faults/cluster/account.ts";
import { faultScale } from "../faults/cluster/scale.ts";
import { type SeededRandom, seededRandom } from "../faults/seeded-random.ts";
import { createDatabase } from "../postgres/shared-postgres.ts";
import { BEGIN_MS } from "./world.ts";

const TENANT = { id: "tnt_race", timeZone: "UTC" };
const MINUTE_MS = 60_000;
const ENGINES = 3;
const STEPS = 40 * faultScale();
/** Done at once in each step, by whichever engine. */
const AT_ONCE = 6;
const MOST_REMINDERS = 6;
const ADDRESSES = ["http://one.test/", "http://two.test/"];
const CRONS = ["*/20 * * * *", "*/30 * * * *", "0 * * * *", "* * * * *"];
/** Time runs ahead of what is asked of the database: no lease may end by that. */
const TUNING = {
  ...DEFAULT_TUNING,
  tickMs: 5 * MINUTE_MS,
  beatMs: 5 * MINUTE_MS,
  leaseMs: 24 * 60 * MINUTE_MS,
};
const WITHIN_MS = 60_000 + STEPS * 1_000;

/** Keeps what is sent; refuses some of it, each after a while of its own. */
class MoodyChannel implements Channel {
  readonly name = "webhook";
  readonly idempotent = true;
  readonly concurrencyPerDestination = 3;
  readonly sent: Message[] = [];
  readonly #random: SeededRandom;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  checkAddress(address: string | undefined) {
    return { ok: true as const, destination: new URL(address ?? "").host };
  }

  async send(message: Message): Promise<Outcome> {
    this.sent.push(message);
    await turns(this.#random.between(0, 20));
    const chance = this.#random.next();
    if (chance < 0.1) return { kind: "permanent", error: "refused" };
    return chance < 0.2 ? { kind: "retryable", error: "busy" } : { kind: "delivered" };
  }

  async close(): Promise<void> {}
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
}

interface Racing {
  random: SeededRandom;
  engines: Engine[];
  ids: string[];
}

function pick<Item>(random: SeededRandom, items: readonly Item[]): Item {
  const item = items[random.between(0, items.length)];
  if (item === undefined) throw new Error("Cannot pick: there is nothing");
  return item;
}

/** One thing that somebody asks for; what others do at once may refuse it. */
async function doSomething({ random, engines, ids }: Racing): Promise<void> {
  const engine = pick(random, engines);
  const cron = pick(random, CRONS);
  const to = { channel: "webhook", address: pick(random, ADDRESSES) };
  if (ids.length < MOST_REMINDERS) {
    const retry = { initial: "PT1S", max: "PT10S" };
    const request = { schedule: { cron }, to, content: { text: "ring" }, retry, catchUp: "all" as const };
    const [result] = await engine.accept(TENANT, [request]);
    if (result?.ok) ids.push(result.view.reminder.id);
    return;
  }
  const id = pick(random, ids);
  const key = String(random.next());
  const filter = { state: "dead" as const };
  const things = [
    () => engine.edit(TENANT, id, { content: { text: key } }),
    () => engine.edit(TENANT, id, { schedule: { cron } }),
    () => engine.edit(TENANT, id, { to }),
    () => engine.pause(TENANT, id),
    () => engine.resume(TENANT, id, { missed: "all" }),
    () => engine.skip(TENANT, id),
    () => engine.ring(TENANT, { reminderId: id, kind: "trigger", key, atMs: null }),
    () => engine.redriveAll(TENANT.id, { filter, limit: 100, dryRun: false }),
    () => engine.promote(),
    ...(random.next() < 0.2
      ? [
          async () => {
            ids.splice(ids.indexOf(id), 1);
            await engine.cancel(TENANT.id, id);
          },
        ]
      : []),
  ];
  await pick(random, things)().catch((error: unknown) => {
    if (!(error instanceof ConflictError && error.code === "reminder_changed")) throw error;
  });
}

test(
  `engines that race for the same reminders send nothing twice and leave nothing stuck`,
  async () => {
    const random = seededRandom("FAULT_SEED");
    process.stdout.write(`racing engines: seed ${random.seed}\n`);
    await using database = await createDatabase();
    const quiet: QuietStore[] = [];
    const allQuiet = async (): Promise<void> => {
      for (const one of quiet) await one.quiet();
    };
    // Time goes on before all that a ring has started is done, but not always.
    const clock = new VirtualClock(BEGIN_MS, () =>
      random.next() < 0.3 ? allQuiet() : turns(random.between(0, 8)),
    );
    const channel = new MoodyChannel(random);
    const faults: string[] = [];
    const make = async (): Promise<Engine> => {
      const options = { url: database.url, schema: "belfry", applicationName: "belfry race", poolSize: 5 };
      const one = quietStore(await openPostgresStore({ ...options, notifyWithinMs: 3_000, graceMs: 0 }));
      quiet.push(one);
      return createEngine({
        store: one.store,
        channels: createRegistry([channel]),
        clock,
        ids: createIdSource(() => clock.now(), randomBytes),
        random: () => random.next(),
        tuning: TUNING,
        onFault: (what, error) => faults.push(`${what}: ${String(error)}`),
      });
    };
    const engines: Engine[] = [];
    for (let i = 0; i < ENGINES; i++) engines.push(await make());
    for (const engine of engines) await engine.start();
    const racing: Racing = { random, engines, ids: [] };
    for (let step = 0; step < STEPS; step++) {
      const asked = Array.from({ length: AT_ONCE }, () => doSomething(racing));
      await Promise.all([...asked, clock.advance(random.between(0, 20) * MINUTE_MS)]);
      if (random.next() < 0.5) await allQuiet();
    }
    await comeToRest(racing, clock, allQuiet);
    for (const engine of engines) await engine.stop();
    expect(faults).toEqual([]);
    await expectNothingTwice(database.url, channel.sent);
    await expectNothingStuck(database.url);
    for (const { store } of quiet) await store.close();
  },
  WITHIN_MS,
);

/** All that is open is sent, and all that rings is cancelled. */
async function comeToRest({ engines, ids }: Racing, clock: VirtualClock, quiet: () => Promise<void>) {
  const [engine] = engines;
  await quiet();
  for (const id of ids) await engine?.cancel(TENANT.id, id);
  for (let i = 0; i < 30; i++) {
    await clock.advance(5 * MINUTE_MS);
    await quiet();
  }
}

/** Each attempt that was made is told in a story, and each occurrence was delivered once at most. */
async function expectNothingTwice(url: string, sent: readonly Message[]): Promise<void> {
  const rows = await ask(
    url,
    `SELECT id, occurrence_id, state, story FROM belfry.deliveries_history UNION ALL
     SELECT id, occurrence_id, state, story FROM belfry.deliveries`,
  );
  const attempts = new Map<string, number>();
  for (const { id, story } of rows) attempts.set(String(id), (JSON.parse(String(story)) as unknown[]).length);
  const sends = Map.groupBy(sent, ({ deliveryId }) => deliveryId);
  const wrong = [...sends].filter(([id, all]) => attempts.get(id) !== all.length).map(([id]) => id);
  expect(wrong).toEqual([]);
  expect(sends.size).toBeGreaterThan(20);
  expect(rows.filter(({ story }) => String(story).includes("in-doubt"))).toEqual([]);
  const delivered = rows.filter(({ state }) => state === "delivered").map((row) => row.occurrence_id);
  expect(new Set(delivered).size).toBe(delivered.length);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
}

async function expectNothingStuck(url: string): Promise<void> {
  expect(await ask(url, "SELECT id, state, reminder_id FROM belfry.deliveries")).toEqual([]);
  expect(await ask(url, "SELECT id, state, next_due FROM belfry.reminders")).toEqual([]);
}
