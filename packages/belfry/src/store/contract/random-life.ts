import type { SeededRandom } from "../../../test/faults/seeded-random.ts";
import { createRegistry } from "../../channels/registry.ts";
import { createIdSource } from "../../domain/ids.ts";
import { createEngine } from "../../engine/create-engine.ts";
import type { Engine, ReminderRequest } from "../../engine/engine.ts";
import { RecordingChannel } from "../../engine/engine-fixture.ts";
import { DEFAULT_TUNING } from "../../engine/ports.ts";
import type { Claim, Store } from "../store.ts";
import { claimRequest, LEASE_MS, MINUTE, refusedBy, settlementOf } from "./fixtures.ts";
import { beginWithPeople } from "./people.ts";

const DAY = 1_440 * MINUTE;
const ROUTE = "POST /v1/reminders";
const SCHEDULES: readonly object[] = [
  { in: "PT1M" },
  { in: "PT50M" },
  { every: "PT10M" },
  { cron: "*/7 * * * *", timeZone: "Europe/Paris" },
  { cron: "0 9 * * 1" },
  { yearly: { on: "03-01", time: "00:30" } },
];

/** An installation that has been lived in, and what became of it. */
export interface Life {
  store: Store;
  engine: Engine;
  /** Moves with each act. */
  nowMs(): number;
  tenants: readonly { id: string; timeZone: string }[];
  reminderIds: string[];
  /** The keys of the receipts that were given out. */
  receipts: { route: string; key: string }[];
  /** What has been settled as delivered, by delivery. */
  delivered: Set<string>;
  /** What a worker holds. */
  held: Claim[];
}

/**
 * The engine without its timers, on any store: time passes when an act says so. In the past, so that no clock
 * of a database is before it.
 */
export function beginLife(store: Store, beganAtMs = Date.UTC(2025, 2, 1)): Life & { pass(ms: number): void } {
  let nowMs = beganAtMs;
  let counted = 0;
  const random = (count: number): Uint8Array =>
    new Uint8Array(count).map((_, index) => (index === count - 1 ? ++counted : counted >> 8));
  const clock = { now: () => nowMs, at: () => ({ cancel: () => {} }) };
  const engine = createEngine({
    store,
    channels: createRegistry([new RecordingChannel()]),
    clock,
    ids: createIdSource(clock.now, random),
    random: () => 0.5,
    tuning: DEFAULT_TUNING,
    onFault: (what, error) => {
      throw new Error(what, { cause: error });
    },
  });
  return {
    store,
    engine,
    nowMs: clock.now,
    pass: (ms) => {
      nowMs += ms;
    },
    tenants: [
      { id: "tnt_a", timeZone: "UTC" },
      { id: "tnt_b", timeZone: "Asia/Tokyo" },
    ],
    reminderIds: [],
    receipts: [],
    delivered: new Set(),
    held: [],
  };
}

type Living = ReturnType<typeof beginLife>;
type Act = (life: Living, chance: Chance) => Promise<unknown>;

/** Chance in the words of the acts. */
interface Chance {
  of<Item>(items: readonly Item[]): Item;
  between(least: number, below: number): number;
}

const ACTS: readonly Act[] = [
  accept,
  accept,
  accept,
  meet,
  acknowledge,
  change,
  change,
  ring,
  promote,
  promote,
  send,
  send,
  send,
];

/** Lives through so many acts, by chance. */
export async function live(life: Living, random: SeededRandom, acts: number): Promise<void> {
  const chance: Chance = {
    of: (items) => items[random.between(0, items.length)] as (typeof items)[number],
    between: random.between,
  };
  await settleIn(life);
  await beginWithOne(life);
  for (let done = 0; done < acts; done++) {
    life.pass(chance.between(0, 6 * MINUTE));
    await chance.of(ACTS)(life, chance);
  }
}

async function settleIn({ store, engine, tenants, nowMs }: Living): Promise<void> {
  const at = nowMs();
  const worker = {
    roles: ["worker" as const],
    host: "h",
    pid: 1,
    version: "1",
    machine: null,
    partition: null,
    startedAtMs: at,
  };
  const quiet = { onLost: () => {}, onBack: () => {} };
  for (const id of ["wrk_left", "wrk_killed"]) await store.join({ ...worker, id }, quiet);
  await store.leave("wrk_left", at);
  await store.writeFact("zone-data", "2026a");
  for (const { id, timeZone } of tenants) {
    const key = { tenantId: id, id: `key_${id}`, name: "first", hash: `hash of ${id}`, hint: "abcd" };
    const times = { createdAtMs: at, updatedAtMs: at, revision: 1 };
    await store.createTenant(
      { id, name: `The ${id}`, timeZone, ...times },
      { ...key, scopes: ["admin"], createdAtMs: at, expiresAtMs: at + DAY, lastUsedAtMs: null },
    );
    await beginWithPeople(store, id, at);
    await engine.createEndpoint({ id, timeZone }, { name: "hook", url: "http://hook.test/", secrets: [] });
    await engine.updateEndpoint({ id, timeZone }, "hook", { url: "http://hook.test/2" });
  }
}

/** Whatever chance brings, one occurrence is remembered as sent, one delivery has ended and one message arrived. */
async function beginWithOne(life: Living): Promise<void> {
  const { store, engine, tenants, nowMs } = life;
  const [tenant] = tenants;
  if (!tenant) throw new Error("Cannot begin a life: it has no tenant");
  const to = { channel: "webhook", address: "http://one.test/" } as const;
  const request = { schedule: { every: "PT10M" }, to, content: { text: "first" } };
  const [reminderId = ""] = await acceptAll(life, tenant, [request]);
  await engine.ring(tenant, { reminderId, kind: "trigger", key: "first", atMs: null });
  const { claims } = await store.claim(claimRequest({ worker: "wrk_killed", nowMs: nowMs() }));
  await settleAll(life, claims, () => ({ state: "delivered", reason: null }));
}

function requestOf(chance: Chance): ReminderRequest {
  const address = chance.of(["http://one.test/", 'http://two.test/é\\"{}']);
  return {
    schedule: chance.of(SCHEDULES),
    to: chance.of([
      { channel: "webhook", address },
      { endpoint: "hook" },
      { recipient: "rcp_ada" },
      { recipient: "rcp_ada", mode: "first" },
    ]) as ReminderRequest["to"],
    content: { text: `Say "hi", \\ ${chance.between(0, 99)}\n{1,NULL}`, title: "\u{1F514}" },
    ...chance.of([{}, { inDoubt: "hold" as const }, { catchUp: "all" as const }, { usefulFor: "PT20M" }]),
    ...chance.of([{}, { repeat: { every: "PT5M", max: 3 } }, { spread: "PT1M" }, { urgent: true }]),
    ...chance.of([{}, { retry: { maxAttempts: 2 } }, { metadata: { team: "blue", list: [1, null, "x"] } }]),
  };
}

function accept(life: Living, chance: Chance): Promise<string[]> {
  const requests = Array.from({ length: chance.between(1, 4) }, () => requestOf(chance));
  return acceptAll(life, chance.of(life.tenants), requests);
}

async function acceptAll(
  life: Living,
  tenant: Living["tenants"][number],
  requests: readonly ReminderRequest[],
): Promise<string[]> {
  const key = { route: ROUTE, key: `key ${life.receipts.length}` };
  const answer = { fingerprint: "f", status: 201, body: '{"a": 1}', createdAtMs: life.nowMs() };
  const results = await life.engine.accept(tenant, requests, () => ({
    tenantId: tenant.id,
    ...key,
    ...answer,
  }));
  life.receipts.push(key);
  const ids = results.map((result) => {
    if (!result.ok) throw result.error;
    return result.view.reminder.id;
  });
  life.reminderIds.push(...ids);
  return ids;
}

/** Whatever is refused, since the reminder has ended, has changed nothing. */
async function change(life: Living, chance: Chance): Promise<unknown> {
  const { engine } = life;
  const tenant = chance.of(life.tenants);
  const id = chance.of(life.reminderIds);
  if (id === undefined) return;
  return chance.of([
    () => engine.edit(tenant, id, { content: { text: "changed" } }),
    () => engine.edit(tenant, id, { schedule: { cron: "*/9 * * * *", timeZone: "Asia/Tokyo" } }),
    () => engine.edit(tenant, id, { to: { channel: "webhook", address: "http://three.test/" } }),
    () => engine.pause(tenant, id),
    () => engine.resume(tenant, id, { missed: "latest" }),
    () => engine.skip(tenant, id),
    () => engine.cancel(tenant.id, id),
  ])();
}

async function ring(life: Living, chance: Chance): Promise<unknown> {
  const tenant = chance.of(life.tenants);
  const reminderId = chance.of(life.reminderIds);
  if (reminderId === undefined) return;
  const key = `ring ${life.nowMs()}`;
  return chance.of([
    () => life.engine.ring(tenant, { reminderId, kind: "trigger", key, atMs: null }),
    () => life.engine.ring(tenant, { reminderId, kind: "snooze", key, atMs: life.nowMs() + 20 * MINUTE }),
    () => life.engine.redriveAll(tenant.id, { filter: { state: "dead" }, limit: 100, dryRun: false }),
  ])();
}

/** Somebody changes, and what they have follows; or not yet. */
async function meet({ store, engine, tenants, nowMs }: Living, chance: Chance): Promise<void> {
  const tenantId = chance.of(tenants).id;
  const before = await store.findRecipient(tenantId, "rcp_ada");
  if (!before) throw new Error("Cannot meet anybody: there is nobody");
  const timeZone = chance.of(["Europe/Paris", "Asia/Tokyo", null]);
  const after = { ...before, timeZone, revision: before.revision + 1, updatedAtMs: nowMs() };
  const recipient = { ...after, epoch: before.epoch + (timeZone === before.timeZone ? 0 : 1) };
  await store.writeRecipients([{ recipient, fromRevision: before.revision, isTold: true }]);
  if (chance.between(0, 2) === 0) await engine.inStep();
}

/** Of somebody's delivery, whatever has become of it. */
async function acknowledge({ store, delivered, tenants, nowMs }: Living, chance: Chance): Promise<void> {
  const deliveryId = chance.of([...delivered]);
  if (deliveryId === undefined) return;
  for (const { id: tenantId } of tenants) await store.acknowledge({ tenantId, deliveryId, nowMs: nowMs() });
}

async function promote(life: Living): Promise<unknown> {
  life.pass(10 * MINUTE);
  await life.store.beat({ id: "wrk_killed", nowMs: life.nowMs(), holding: null });
  return life.engine.promote();
}

/** Claims some, settles some of what it holds, and keeps the rest. */
async function send(life: Living, chance: Chance): Promise<void> {
  const { store, held } = life;
  const nowMs = life.nowMs();
  const limits = { limit: chance.between(1, 12), laneLimit: chance.between(1, 6) };
  const { claims } = await store.claim(claimRequest({ worker: "wrk_killed", nowMs, ...limits }));
  // What was held too long is claimed anew, under another fence.
  const ids = new Set(claims.map(({ delivery }) => delivery.id));
  held.splice(0, held.length, ...held.filter(({ delivery }) => !ids.has(delivery.id)), ...claims);
  await settleAll(life, held.splice(0, chance.between(0, held.length + 1)), () => outcome(chance, nowMs));
}

async function settleAll(
  life: Living,
  claims: readonly Claim[],
  outcomeOf: () => ReturnType<typeof outcome>,
): Promise<void> {
  const nowMs = life.nowMs();
  const batch = claims.map((claim) => settlementOf(claim, { nowMs, ...outcomeOf() }));
  const refused = new Set(await refusedBy(life.store, batch));
  for (const { deliveryId, state } of batch)
    if (state === "delivered" && !refused.has(deliveryId)) life.delivered.add(deliveryId);
  const [first] = claims;
  if (first) await putIntoInbox(life, first);
}

function outcome(chance: Chance, nowMs: number) {
  return chance.of([
    { state: "delivered", reason: null },
    { state: "delivered", reason: null },
    { state: "dead", reason: 'refused: "410", \\' },
    { state: "retrying", reason: "broken", sendAtMs: nowMs + 3 * MINUTE },
    { state: "expired", reason: "too late" },
  ] as const);
}

async function putIntoInbox({ store, nowMs }: Living, { delivery, reminder }: Claim): Promise<void> {
  const { tenantId, id: deliveryId, reminderId, occurrence } = delivery;
  const { content } = reminder.spec;
  await store.putInbox({
    tenantId,
    deliveryId,
    reminderId,
    content,
    dueMs: occurrence.dueMs,
    receivedAtMs: nowMs(),
  });
}

/** Leases of a worker that is gone are ended, as a start would, so that before and after can be compared. */
export async function endLife({ engine, store, nowMs }: Living): Promise<void> {
  // Reminders may be following their recipients still.
  await engine.stop();
  await store.recover(nowMs(), LEASE_MS);
}
