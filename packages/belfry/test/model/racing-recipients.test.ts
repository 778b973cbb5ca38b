import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import type { Channel, Message } from "../../src/channels/channel.ts";
import { createRegistry } from "../../src/channels/registry.ts";
import { createIdSource } from "../../src/domain/ids.ts";
import type { Outcome } from "../../src/domain/outcome.ts";
import type { Recipient } from "../../src/domain/recipient.ts";
import { createEngine } from "../../src/engine/create-engine.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { DEFAULT_TUNING } from "../../src/engine/ports.ts";
import { VirtualClock } from "../../src/engine/virtual-clock.ts";
import { type QuietStore, quietStore } from "../../src/simulate/quiet-store.ts";
import { openPostgresStore } from "../../src/store/postgres/store.ts";
import type { Store } from "../../src/store/store.ts";
import { ask } from "../faults/cluster/account.ts";
import { faultScale } from "../faults/cluster/scale.ts";
import { type SeededRandom, seededRandom } from "../faults/seeded-random.ts";
import { createDatabase } from "../postgres/shared-postgres.ts";
import { BEGIN_MS } from "./world.ts";

const TENANT = { id: "tnt_race", timeZone: "UTC" };
const MINUTE_MS = 60_000;
const EVERY_MS = 20 * MINUTE_MS;
const ENGINES = 4;
const PEOPLE = ["rcp_1", "rcp_2", "rcp_3"];
const ZONES = ["UTC", "Asia/Tokyo", "America/New_York", null];
const STEPS = 25 * faultScale();
const WITHIN_MS = 90_000 + STEPS * 2_000;
/** Time runs ahead of what is asked of the database: no lease may end by that. */
const TUNING = {
  ...DEFAULT_TUNING,
  tickMs: 5 * MINUTE_MS,
  beatMs: 60 * MINUTE_MS,
  leaseMs: 24 * 60 * MINUTE_MS,
};

/** Addresses that are no longer anybody's, and since when. */
type Replaced = Map<string, number>;

/** Knows of each message whether its address was still the recipient's at that moment. */
class WatchfulChannel implements Channel {
  readonly name = "webhook";
  readonly idempotent = true;
  readonly concurrencyPerDestination = 3;
  readonly sent: Message[] = [];
  readonly stale: string[] = [];
  readonly #replaced: Replaced;
  readonly #now: () => number;

  constructor(replaced: Replaced, now: () => number) {
    this.#replaced = replaced;
    this.#now = now;
  }

  checkAddress(address: string | undefined) {
    if (!address) return { ok: false as const, message: "is missing", allowed: "a URL" };
    return { ok: true as const, destination: new URL(address).host };
  }

  async send(message: Message): Promise<Outcome> {
    this.sent.push(message);
    const { address } = message.destination;
    const replacedAtMs = this.#replaced.get(address) ?? Number.POSITIVE_INFINITY;
    if (replacedAtMs < this.#now()) this.stale.push(`${address} at ${this.#now()}, replaced ${replacedAtMs}`);
    return { kind: "delivered" };
  }

  async close(): Promise<void> {}
}

function recipientOf(id: string): Recipient {
  const nothing = { externalId: null, firstName: null, lastName: null, fullName: null, locale: null };
  return {
    ...nothing,
    tenantId: TENANT.id,
    id,
    revision: 1,
    epoch: 0,
    addresses: { webhook: `http://${id.replace("_", "-")}.test/1` },
    timeZone: null,
    dates: {},
    channels: [],
    quietHours: null,
    tags: [],
    attributes: {},
    createdAtMs: BEGIN_MS,
    updatedAtMs: BEGIN_MS,
  };
}

interface Racing {
  random: SeededRandom;
  clock: VirtualClock;
  stores: Store[];
  engines: Engine[];
  replaced: Replaced;
}

function pick<Item>(random: SeededRandom, items: readonly Item[]): Item {
  const item = items[random.between(0, items.length)];
  if (item === undefined) throw new Error("Cannot pick: there is nothing");
  return item;
}

/** Gives somebody another address or zone; of two who do so at once one is told to begin anew. */
async function changeSomebody({ random, clock, stores, replaced }: Racing): Promise<void> {
  const store = pick(random, stores);
  const before = await store.findRecipient(TENANT.id, pick(random, PEOPLE));
  if (!before) throw new Error("Cannot change anybody: there is nobody");
  const { revision, epoch, addresses } = before;
  const next = { ...before, revision: revision + 1, epoch: epoch + 1, updatedAtMs: clock.now() };
  const url = addresses.webhook ?? "";
  const after =
    random.next() < 0.5
      ? { ...next, addresses: { webhook: url.replace(/\d+$/, String(revision + 1)) } }
      : { ...next, timeZone: pick(random, ZONES) };
  const write = { recipient: after, fromRevision: revision, isTold: true };
  const [written] = await store.writeRecipients([write]);
  if (written === "written" && after.addresses.webhook !== url) replaced.set(url, clock.now());
}

test(
  "engines that race while recipients change send each occurrence once, and nothing to an old address",
  async () => {
    const random = seededRandom("FAULT_SEED");
    process.stdout.write(`racing recipients: seed ${random.seed}\n`);
    await using database = await createDatabase();
    const quiet: QuietStore[] = [];
    const clock = new VirtualClock(BEGIN_MS, async () => {
      for (const one of quiet) await one.quiet();
    });
    const replaced: Replaced = new Map();
    const channel = new WatchfulChannel(replaced, () => clock.now());
    const faults: string[] = [];
    const engines: Engine[] = [];
    for (let made = 0; made < ENGINES; made++) {
      const options = { url: database.url, schema: "belfry", applicationName: "belfry race", poolSize: 4 };
      const one = quietStore(await openPostgresStore({ ...options, notifyWithinMs: 3_000, graceMs: 0 }));
      quiet.push(one);
      const ports = {
        store: one.store,
        channels: createRegistry([channel]),
        clock,
        ids: createIdSource(() => clock.now(), randomBytes),
        random: () => random.next(),
        tuning: TUNING,
        onFault: (what: string, error: unknown) => faults.push(`${what}: ${String(error)}`),
      };
      engines.push(createEngine(ports));
    }
    const stores = quiet.map(({ store }) => store);
    const ids = await begin(stores, engines);
    const racing: Racing = { random, clock, stores, engines, replaced };
    for (let step = 0; step < STEPS; step++) {
      const changes = Array.from({ length: random.between(0, 4) }, () => changeSomebody(racing));
      const follows = random.next() < 0.3 ? [pick(random, engines).inStep()] : [];
      await Promise.all([...changes, ...follows, clock.advance(random.between(1, 25) * MINUTE_MS)]);
    }
    await clock.advance(10 * MINUTE_MS);
    for (const engine of engines) await engine.stop();
    expect(faults).toEqual([]);
    expect(channel.stale).toEqual([]);
    expect(replaced.size).toBeGreaterThan(5);
    await expectEachOnce(database.url, ids, channel.sent);
    for (const store of stores) await store.close();
  },
  WITHIN_MS,
);

/** Each person has two reminders whose instants nothing moves. */
async function begin(stores: readonly Store[], engines: readonly Engine[]): Promise<string[]> {
  const [[store], [engine]] = [stores, engines];
  if (!store || !engine) throw new Error("Cannot begin: there is no engine");
  await store.ensureTenant({ id: TENANT.id, timeZone: TENANT.timeZone, nowMs: BEGIN_MS });
  const fresh = { fromRevision: null, isTold: true };
  await store.writeRecipients(PEOPLE.map((id) => ({ recipient: recipientOf(id), ...fresh })));
  const ids: string[] = [];
  for (const recipient of [...PEOPLE, ...PEOPLE]) {
    const schedule = { cron: "*/20 * * * *", timeZone: "UTC" };
    const request = { schedule, to: { recipient }, content: { text: "ring" }, catchUp: "all" as const };
    const [accepted] = await engine.accept(TENANT, [request]);
    if (!accepted?.ok) throw accepted?.error ?? new Error("Cannot begin: nothing was accepted");
    ids.push(accepted.view.reminder.id);
  }
  for (const one of engines) await one.start();
  return ids;
}

/** Of each reminder, one every twenty minutes was delivered, and none is missing between the first and the last. */
async function expectEachOnce(url: string, ids: readonly string[], sent: readonly Message[]): Promise<void> {
  const rows = await ask(
    url,
    "SELECT reminder_id, due_at, state FROM belfry.deliveries_history ORDER BY due_at, reminder_id",
  );
  expect(rows.filter(({ state }) => state !== "delivered")).toEqual([]);
  expect(rows.length).toBe(sent.length);
  const first = (Math.floor(BEGIN_MS / EVERY_MS) + 1) * EVERY_MS;
  for (const id of ids) {
    const due = rows.filter((row) => row.reminder_id === id).map((row) => Number(row.due_at));
    expect(due.length).toBeGreaterThan(STEPS / 3);
    expect(due).toEqual(due.map((_, index) => first + index * EVERY_MS));
  }
}
