import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createRegistry } from "../../src/channels/registry.ts";
import { ConflictError } from "../../src/domain/errors.ts";
import { createIdSource } from "../../src/domain/ids.ts";
import { movesPlans, type Recipient } from "../../src/domain/recipient.ts";
import type { Reminder } from "../../src/domain/reminder.ts";
import { person } from "../../src/engine/campaign-fixture.ts";
import { createEngine } from "../../src/engine/create-engine.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { RecordingChannel } from "../../src/engine/engine-fixture.ts";
import { DEFAULT_TUNING } from "../../src/engine/ports.ts";
import { VirtualClock } from "../../src/engine/virtual-clock.ts";
import { type QuietStore, quietStore } from "../../src/simulate/quiet-store.ts";
import { openPostgresStore } from "../../src/store/postgres/store.ts";
import { openSqliteStore } from "../../src/store/sqlite/store.ts";
import type { Store } from "../../src/store/store.ts";
import { faultScale } from "../faults/cluster/scale.ts";
import { type SeededRandom, seededRandom } from "../faults/seeded-random.ts";
import { createDatabase } from "../postgres/shared-postgres.ts";
import { BEGIN_MS } from "./world.ts";

const TENANT = { id: "tnt_test", timeZone: "UTC" };
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const ENGINES = 4;
const PEOPLE = 220;
const STEPS = 6 * faultScale();
const AT_ONCE = 6;
const ZONES = ["UTC", "Asia/Tokyo", "America/New_York", "Pacific/Auckland"];
const CRONS = ["0 9 * * *", "0 18 * * *", "30 12 * * *"];
const TUNING = {
  ...DEFAULT_TUNING,
  nearWindowMs: HOUR_MS,
  tickMs: 30 * MINUTE_MS,
  beatMs: 30 * MINUTE_MS,
  leaseMs: 24 * HOUR_MS,
};
const WITHIN_MS = 120_000 + STEPS * 5_000;

interface Racing {
  random: SeededRandom;
  clock: VirtualClock;
  store: Store;
  engines: readonly Engine[];
  campaignId: string;
}

function pick<Item>(random: SeededRandom, items: readonly Item[]): Item {
  return items[random.between(0, items.length)] as Item;
}

/** One thing that somebody asks for; what others do at once may refuse it. */
async function doSomething(racing: Racing): Promise<void> {
  const { random, engines, campaignId } = racing;
  const engine = pick(random, engines);
  const things: (() => Promise<unknown>)[] = [
    () => engine.inStep(),
    () => engine.promote(),
    () => changeSomebody(racing),
    () => changeSomebody(racing),
    () => engine.editCampaign(TENANT, campaignId, { schedule: { cron: pick(random, CRONS) } }),
    () => engine.editCampaign(TENANT, campaignId, { audience: pick(random, [{}, { tags: ["vip"] }]) }),
    () => engine.editCampaign(TENANT, campaignId, { usefulFor: pick(random, ["PT6H", "PT12H"]) }),
    () => engine.pauseCampaign(TENANT, campaignId),
    () => engine.resumeCampaign(TENANT, campaignId),
  ];
  await pick(random, things)().catch((error: unknown) => {
    if (!(error instanceof ConflictError)) throw error;
  });
}

async function changeSomebody({ random, clock, store, engines }: Racing): Promise<void> {
  const id = idOf(random.between(0, PEOPLE));
  const before = await store.findRecipient(TENANT.id, id);
  const nowMs = Math.floor(clock.now());
  if (!before) {
    const recipient = { ...person(id), createdAtMs: nowMs, updatedAtMs: nowMs };
    await store.writeRecipients([{ recipient, fromRevision: null, isTold: true }]);
  } else if (random.next() < 0.1) await store.deleteRecipient({ tenantId: TENANT.id, id, nowMs });
  else {
    const changed =
      random.next() < 0.5 ? { timeZone: pick(random, ZONES) } : { tags: pick(random, [[], ["vip"]]) };
    const after: Recipient = { ...before, ...changed };
    const epoch = before.epoch + (movesPlans(before, after) ? 1 : 0);
    const recipient = { ...after, revision: before.revision + 1, epoch, updatedAtMs: nowMs };
    await store.writeRecipients([{ recipient, fromRevision: before.revision, isTold: true }]);
  }
  if (random.next() < 0.5) await pick(random, engines).inStep();
}

function idOf(n: number): string {
  return `rcp_${String(n).padStart(4, "0")}`;
}

/** Each recipient that matches has one reminder, as the campaign and the recipient are now; nobody else has any. */
async function expectInStep({ store, campaignId }: Racing): Promise<void> {
  const campaign = await store.findCampaign(TENANT.id, campaignId);
  if (!campaign) throw new Error("Cannot test: the campaign is gone");
  const people = await store.walkRecipients(TENANT.id, "", 10_000);
  const tags = campaign.spec.audience.tags ?? [];
  const wanted = people.filter((one) => tags.every((tag) => one.tags.includes(tag)));
  const owner = { tenantId: TENANT.id, campaignId, afterId: "", limit: 10_000 };
  const reminders = await store.findRemindersOf(owner);
  const shown = (one: Reminder) => [
    one.recipientId,
    one.timeZone,
    one.state,
    one.spec.planned?.epoch,
    one.spec.schedule,
  ];
  const sorted = (rows: unknown[]) => rows.map((row) => JSON.stringify(row)).sort();
  expect(sorted(reminders.map(shown))).toEqual(
    sorted(wanted.map(({ id, timeZone, epoch }) => [id, timeZone, "active", epoch, campaign.spec.schedule])),
  );
  expect(wanted.length).toBeGreaterThan(10);
}

interface Opened {
  open: () => Promise<Store>;
  close: () => Promise<void>;
}

const STORES: Record<string, () => Promise<Opened>> = {
  sqlite: async () => {
    const store = openSqliteStore({ path: ":memory:", nowMs: BEGIN_MS });
    return { open: async () => store, close: () => store.close() };
  },
  postgres: async () => {
    const database = await createDatabase();
    const opened: Store[] = [];
    const options = { url: database.url, schema: "belfry", applicationName: "belfry race", poolSize: 5 };
    return {
      open: async () => {
        const store = await openPostgresStore({ ...options, notifyWithinMs: 3_000, graceMs: 0 });
        opened.push(store);
        return store;
      },
      close: async () => {
        for (const store of opened) await store.close();
        await database.drop();
      },
    };
  },
};

test.each(Object.keys(STORES))(
  "engines that race on %s keep at most one reminder for each recipient, and end in step",
  async (name) => {
    const random = seededRandom("FAULT_SEED");
    process.stdout.write(`racing campaigns on ${name}: seed ${random.seed}\n`);
    const opened = await (STORES[name] as () => Promise<Opened>)();
    const quiet: QuietStore[] = [];
    const allQuiet = async (): Promise<void> => {
      for (const one of quiet) await one.quiet();
    };
    const clock = new VirtualClock(BEGIN_MS, allQuiet);
    const channel = new RecordingChannel();
    const faults: string[] = [];
    const engines: Engine[] = [];
    for (let i = 0; i < ENGINES; i++) {
      const one = quietStore(await opened.open());
      quiet.push(one);
      const engine = createEngine({
        store: one.store,
        channels: createRegistry([channel]),
        clock,
        ids: createIdSource(() => clock.now(), randomBytes),
        random: () => random.next(),
        tuning: TUNING,
        onFault: (what, error) => faults.push(`${what}: ${String(error)}`),
      });
      engines.push(engine);
    }
    const [first] = engines;
    const store = quiet[0]?.store;
    if (!first || !store) throw new Error("Cannot test: there is no engine");
    await store.ensureTenant({ ...TENANT, nowMs: BEGIN_MS });
    for (const engine of engines) await engine.start();
    const people = Array.from({ length: PEOPLE }, (_, n) =>
      person(idOf(n), { timeZone: pick(random, ZONES), tags: pick(random, [[], ["vip"]]) }),
    );
    await store.writeRecipients(people.map((recipient) => ({ recipient, fromRevision: null, isTold: true })));
    const request = { name: "Daily", schedule: { cron: "0 9 * * *" }, content: { text: "hi" } };
    const { id: campaignId } = await first.createCampaign(TENANT, request);
    const racing: Racing = { random, clock, store, engines, campaignId };
    await Promise.all(engines.map((engine) => engine.inStep()));
    await expectInStep(racing);
    for (let step = 0; step < STEPS; step++) {
      const asked = Array.from({ length: AT_ONCE }, () => doSomething(racing));
      await Promise.all([...asked, clock.advance(random.between(0, 40) * MINUTE_MS)]);
    }
    await allQuiet();
    await first.resumeCampaign(TENANT, campaignId);
    for (let round = 0; round < 2; round++) for (const engine of engines) await engine.inStep();
    await allQuiet();
    await expectInStep(racing);
    for (const engine of engines) await engine.stop();
    expect(faults).toEqual([]);
    const keys = channel.sent.map(({ occurrenceId }) => occurrenceId);
    expect(new Set(keys).size).toBe(keys.length);
    await opened.close();
  },
  WITHIN_MS,
);
