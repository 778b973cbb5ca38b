import { createDatabase } from "../../test/postgres/shared-postgres.ts";
import type { Channel, Message } from "../channels/channel.ts";
import { createRegistry } from "../channels/registry.ts";
import { createIdSource } from "../domain/ids.ts";
import type { Outcome } from "../domain/outcome.ts";
import { movesPlans, type Recipient, type RecipientProfile } from "../domain/recipient.ts";
import { quietStore } from "../simulate/quiet-store.ts";
import { openPostgresStore } from "../store/postgres/store.ts";
import { openSqliteStore } from "../store/sqlite/store.ts";
import type { Store } from "../store/store.ts";
import { createEngine } from "./create-engine.ts";
import type { Engine, ReminderRequest } from "./engine.ts";
import { START, TENANT } from "./engine-fixture.ts";
import { DEFAULT_TUNING, type EnginePorts, type Tuning } from "./ports.ts";
import { putRecipient, recipientOf } from "./recipient-fixture.ts";
import { VirtualClock } from "./virtual-clock.ts";

export const STORES = ["sqlite", "postgres"] as const;
export type StoreKind = (typeof STORES)[number];

/** What an address on each channel begins with. */
const ADDRESSES: Readonly<Record<string, string>> = { email: "mailto:", sms: "+", webhook: "http" };

const BY_DEFAULT: Partial<RecipientProfile> = {
  firstName: "Ada",
  addresses: { email: "mailto:ada", sms: "+1" },
  timeZone: "UTC",
};

/** Something that went out. */
export interface Sent {
  channel: string;
  address: string;
  text: string | undefined;
  /** UTC, to the minute: `2026-03-01T09:00`. */
  at: string;
  message: Message;
}

/** Time runs ahead of what is asked of a database: no lease may end by that, and nothing needs to beat. */
const PATIENT: Partial<Tuning> = { tickMs: 600_000, beatMs: 3_600_000, leaseMs: 86_400_000 };

/** An engine with channels to people, on a clock of its own. */
export interface People extends AsyncDisposable {
  clock: VirtualClock;
  store: Store;
  engine: Engine;
  sent: Sent[];
  faults: string[];
  /** What the channels answer; by default all is delivered. */
  answer: (sent: Sent) => Outcome | Promise<Outcome>;
  /** Another engine on the same store. */
  another(): Engine;
  put(id: string, profile?: Partial<RecipientProfile>): Promise<Recipient>;
  /** Changes a recipient, without waiting until what they have follows. */
  change(id: string, profile: Partial<RecipientProfile>): Promise<void>;
  remove(id: string): Promise<void>;
  /** Accepts a reminder; resolves with its id. */
  accept(request: Partial<ReminderRequest>): Promise<string>;
  /** `email mailto:ada`, in the order in which they went out. */
  ways(): string[];
  /** The instants at which something went out, in UTC. */
  times(): string[];
}

export async function createPeople(
  kind: StoreKind = "sqlite",
  tuning: Partial<Tuning> = {},
): Promise<People> {
  const { store, close } = await openStore(kind);
  const { store: watched, quiet } = quietStore(store);
  const clock = new VirtualClock(START, quiet);
  await store.ensureTenant({ id: TENANT.id, timeZone: TENANT.timeZone, nowMs: START });
  const sent: Sent[] = [];
  const faults: string[] = [];
  const channels = Object.keys(ADDRESSES).map((name) => channelNamed(name, (one) => record(one)));
  let made = 0;
  const ports: EnginePorts = {
    store: watched,
    channels: createRegistry(channels),
    clock,
    ids: createIdSource(
      () => clock.now(),
      (count) => new Uint8Array(count).map((_, index) => (index === count - 1 ? ++made : made >> 8)),
    ),
    random: () => 0.5,
    tuning: { ...DEFAULT_TUNING, ...PATIENT, ...tuning },
    onFault: (what, error) => faults.push(`${what}: ${String(error)}`),
  };
  const engine = createEngine(ports);
  const record = (one: Sent): Outcome | Promise<Outcome> => {
    sent.push(one);
    return people.answer(one);
  };
  const people: People = {
    clock,
    store: watched,
    engine,
    sent,
    faults,
    answer: () => ({ kind: "delivered" }),
    another: () => createEngine(ports),
    put: async (id, profile = {}) => {
      const now = { createdAtMs: clock.now(), updatedAtMs: clock.now() };
      const recipient = { ...recipientOf(id, { ...BY_DEFAULT, ...profile }), ...now };
      await putRecipient(store, recipient);
      return recipient;
    },
    change: (id, profile) => changeRecipient(store, clock, { id, profile }),
    remove: async (id) => void (await store.deleteRecipient({ tenantId: TENANT.id, id, nowMs: clock.now() })),
    accept: (request) => acceptOne(engine, request),
    ways: () => sent.map(({ channel, address }) => `${channel} ${address}`),
    times: () => sent.map(({ at }) => at),
    [Symbol.asyncDispose]: async () => {
      await engine.stop();
      await close();
    },
  };
  return people;
}

async function openStore(kind: StoreKind): Promise<{ store: Store; close: () => Promise<void> }> {
  if (kind === "sqlite") {
    const store = openSqliteStore({ path: ":memory:", nowMs: START });
    return { store, close: () => store.close() };
  }
  const database = await createDatabase();
  const connection = { url: database.url, schema: "belfry", applicationName: "belfry test", graceMs: 0 };
  const store = await openPostgresStore({ ...connection, poolSize: 4, notifyWithinMs: 0 });
  const close = async (): Promise<void> => {
    await store.close();
    await database.drop();
  };
  return { store, close };
}

function channelNamed(name: string, send: (sent: Sent) => Outcome | Promise<Outcome>): Channel {
  const beginning = ADDRESSES[name] ?? "";
  return {
    name,
    idempotent: true,
    concurrencyPerDestination: 50,
    checkAddress: (address) =>
      address?.startsWith(beginning)
        ? { ok: true, destination: `${name} of ${address}` }
        : { ok: false, message: "is no address here", allowed: `${beginning}...` },
    send: async (message) => {
      const at = new Date(message.attemptAtMs).toISOString().slice(0, 16);
      const { address } = message.destination;
      return send({ channel: name, address, text: message.content.text, at, message });
    },
    close: async () => {},
  };
}

async function changeRecipient(
  store: Store,
  clock: VirtualClock,
  { id, profile }: { id: string; profile: Partial<RecipientProfile> },
): Promise<void> {
  const before = await store.findRecipient(TENANT.id, id);
  if (!before) throw new Error(`Cannot change ${id}: there is none`);
  const after = { ...before, ...profile, revision: before.revision + 1, updatedAtMs: clock.now() };
  const epoch = before.epoch + (movesPlans(before, after) ? 1 : 0);
  await writeOne(store, { ...after, epoch }, before.revision);
}

async function writeOne(store: Store, recipient: Recipient, fromRevision: number | null): Promise<void> {
  const [written] = await store.writeRecipients([{ recipient, fromRevision, isTold: true }]);
  if (written !== "written") throw new Error(`Cannot write ${recipient.id}: ${written}`);
}

async function acceptOne(engine: Engine, request: Partial<ReminderRequest>): Promise<string> {
  const full = { schedule: { in: "PT1M" }, to: { recipient: "rcp_ada" }, content: { text: "hi" } };
  const [result] = await engine.accept(TENANT, [{ ...full, ...request }]);
  if (!result?.ok) throw result?.error ?? new Error("Cannot accept: no result");
  return result.view.reminder.id;
}
