import { createHash } from "node:crypto";
import { createIdSource } from "../domain/ids.ts";
import type { Outcome } from "../domain/outcome.ts";
import type { RateLimit } from "../domain/rate-limit.ts";
import { createEngine } from "../engine/create-engine.ts";
import type { Engine } from "../engine/engine.ts";
import { DEFAULT_TUNING, type EngineDeps } from "../engine/ports.ts";
import { VirtualClock } from "../engine/virtual-clock.ts";
import type { ApiKey } from "../store/access.ts";
import { openSqliteStore } from "../store/sqlite/store.ts";
import type { Store } from "../store/store.ts";
import { type AppDeps, createApp } from "./app.ts";
import { allOperations } from "./operations.ts";
import type { App } from "./routing.ts";

/** Sunday, 2026-03-01T00:00:00Z. */
export const START = Date.UTC(2026, 2, 1);
export const TENANT = { id: "tnt_test", timeZone: "Europe/Paris" };
/** The tests' own tenant runs the installation. */
const OPERATOR = { tenantId: TENANT.id, keyId: "key_admin" };
export const KEYS = {
  admin: "admin-key-of-thirty-two-characters",
  read: "read-key-of-thirty-two-characters!",
  write: "write-key-of-thirty-two-characters",
  /** Of another tenant. */
  stranger: "other-key-of-thirty-two-characters",
};

export interface Sent {
  method?: string;
  path: string;
  key?: keyof typeof KEYS | null;
  /** A text goes as it is, anything else as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Got {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

export interface ApiRig {
  app: App;
  clock: VirtualClock;
  store: Store;
  engine: Engine;
  /** What the log was told. */
  logged: unknown[];
  /** What the one channel answers from now on. */
  outcome: (outcome: Outcome) => void;
  send: (sent: Sent) => Promise<Got>;
}

export interface ApiRigOptions extends Pick<AppDeps, "renderMetrics" | "onAnswered" | "links"> {
  store?: Partial<Store>;
  rateLimit?: RateLimit;
}

type Registry = EngineDeps["channels"];

/** The API over the real engine and the real store in memory, on a clock of its own. */
export async function createApiRig(overrides: ApiRigOptions = {}): Promise<ApiRig> {
  const clock = new VirtualClock(START);
  const store = openSqliteStore({ path: ":memory:", nowMs: START });
  await putKeys(store);
  const logged: unknown[] = [];
  const channel = channelThatAnswers();
  let seed = 0;
  // A count, most significant byte first: ids then sort in the order of their making.
  const random = (count: number) => {
    seed += 1;
    return Uint8Array.from({ length: count }, (_, i) => (i < count - 4 ? 0 : seed >>> (8 * (count - 1 - i))));
  };
  const ids = createIdSource(() => clock.now(), random);
  const engine = createEngine({
    store,
    channels: channel.registry,
    clock,
    ids,
    random: () => 0.5,
    tuning: DEFAULT_TUNING,
    onFault: (what, error) => logged.push([what, error]),
    ...(overrides.links ? { acknowledgeLink: overrides.links.acknowledge } : {}),
  });
  const app = createApp({
    engine,
    store: { ...store, ...overrides.store },
    clock,
    ids,
    access: { newKey: countedKeys(), operator: OPERATOR, rateLimit: overrides.rateLimit ?? null },
    log: { error: (fields, message) => logged.push([message, fields]) },
    version: "0.0.1",
    operations: allOperations,
    renderMetrics: overrides.renderMetrics,
    onAnswered: overrides.onAnswered,
    links: overrides.links,
  });
  return { app, clock, store, engine, logged, outcome: channel.outcome, send: (sent) => send(app, sent) };
}

/** Keys like those that are made, each another one. */
function countedKeys(): () => string {
  let count = 0;
  return () => `bel_${String(++count).padStart(40, "0")}`;
}

async function putKeys(store: Store): Promise<void> {
  for (const id of [TENANT.id, "tnt_other"])
    await store.ensureTenant({ id, timeZone: TENANT.timeZone, nowMs: START });
  for (const [name, secret] of Object.entries(KEYS)) {
    const scopes: ApiKey["scopes"] = name === "read" || name === "write" ? [name] : ["admin"];
    const hash = createHash("sha256").update(secret).digest("hex");
    const tenantId = name === "stranger" ? "tnt_other" : TENANT.id;
    const times = { createdAtMs: START, expiresAtMs: null, lastUsedAtMs: null };
    await store.putKey({ tenantId, id: `key_${name}`, name, hash, hint: null, scopes, ...times });
  }
}

function channelThatAnswers() {
  let outcome: Outcome = { kind: "delivered" };
  const channel = (name: string): NonNullable<ReturnType<Registry["get"]>> => ({
    name,
    idempotent: true,
    concurrencyPerDestination: 50,
    checkAddress: (address) => {
      if (name === "inbox" || address?.startsWith("https://")) return { ok: true, destination: name };
      return { ok: false, message: "is not an https URL", allowed: "an https URL" };
    },
    send: async () => outcome,
    close: async () => {},
  });
  const byName = new Map(["inbox", "webhook"].map((name) => [name, channel(name)]));
  const registry: Registry = {
    get: (name) => byName.get(name),
    names: () => [...byName.keys()],
    close: async () => {},
  };
  const answerWith = (next: Outcome): void => {
    outcome = next;
  };
  return { registry, outcome: answerWith };
}

async function send(
  app: App,
  { method = "GET", path, key = "admin", body, headers = {} }: Sent,
): Promise<Got> {
  const init: RequestInit = { method, headers: { ...headersOf(key, body), ...headers } };
  if (body !== undefined) init.body = typeof body === "string" ? body : JSON.stringify(body);
  const response = await app.request(path, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? {} : JSON.parse(text) };
}

function headersOf(key: Sent["key"], body: unknown): Record<string, string> {
  return {
    ...(key ? { authorization: `Bearer ${KEYS[key]}` } : {}),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  };
}
