import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { AccessOptions } from "../access/access.ts";
import type { Channel } from "../channels/channel.ts";
import type { Credentials } from "../config/credentials.ts";
import { generateKey } from "../config/generated-key.ts";
import type { Settings } from "../config/settings.ts";
import { VERSION } from "../config/version.ts";
import { hashOfKey } from "../domain/api-key.ts";
import { readDatabaseAddress } from "../domain/database-address.ts";
import { createIdSource, type IdSource } from "../domain/ids.ts";
import type { InboxEntry } from "../domain/inbox-entry.ts";
import type { Links } from "../domain/links.ts";
import { OPERATOR } from "../domain/operator.ts";
import type { Partition } from "../domain/partition.ts";
import { ROLES, type Role } from "../domain/worker.ts";
import type { Clock } from "../engine/clock.ts";
import { createEngine } from "../engine/create-engine.ts";
import type { Engine } from "../engine/engine.ts";
import { MeasuredClock } from "../engine/measured-clock.ts";
import { DEFAULT_TUNING, type Tuning } from "../engine/ports.ts";
import { createLog, type Logger, type LogOptions } from "../ops/log.ts";
import type { Store } from "../store/store.ts";
import type { Footing } from "./footing.ts";
import { linksOf } from "./links.ts";
import { endedOn, readMachine } from "./machine.ts";
import { openChannels } from "./open-channels.ts";
import { createTelling, type Telling } from "./telling.ts";

/** Where a database of PostgreSQL is. */
export interface DatabaseSettings {
  url: string;
  schema: string;
  /** Connections at most. */
  poolSize: number;
}

/** What the parts are told; `dataFolder` is null for an installation in memory. */
export type AssemblySettings = Pick<
  Settings,
  | "publicUrl"
  | "timeZone"
  | "nearWindowMs"
  | "tickMs"
  | "retentionMs"
  | "adminKey"
  | "rateLimit"
  | "webhookSecrets"
  | "webhookAllow"
  | "webhookTimeoutMs"
  | "logLevel"
  | "logFormat"
> & {
  dataFolder: string | null;
  /** Null: SQLite in the data folder. */
  database: DatabaseSettings | null;
};

/** How one installation differs from another. */
export interface AssemblyPlan {
  settings: AssemblySettings;
  /** What the data folder was named by, for messages: `BELFRY_DATA`. */
  folderName: string;
  /** Time; on PostgreSQL it is the database's instead. */
  clock: Clock;
  /** Where the log goes, and who reads it there. */
  log: Pick<LogOptions, "stream" | "isTerminal" | "colours">;
  /** What differs from the defaults. */
  tuning?: Partial<Tuning>;
  /** Besides those that are built in. */
  channels?: readonly Channel[];
  /** Whether metrics are gathered; default false. */
  hasMetrics?: boolean;
  /** Told of each message that the inbox takes. */
  onInbox?: ((entry: InboxEntry) => void) | undefined;
  /** What this process does; default: all. */
  roles?: readonly Role[];
  /** Its share of the work; default: all of it. */
  partition?: Partition | undefined;
  /** How long to wait for a database that cannot be reached; default: not at all. */
  waitsMs?: number;
  /** Ends the waiting. */
  giveUp?: AbortSignal | undefined;
}

/** Everything of one installation, put together but not running. */
export interface Assembly {
  credentials: Credentials;
  clock: Clock;
  ids: IdSource;
  log: Logger;
  telling: Telling;
  store: Store;
  /** Where the data are, for people. */
  place: string;
  engine: Engine;
  access: AccessOptions;
  /** The links in messages; null: there are none. */
  links: Links | null;
  /** Starts the engine. @throws StoreError; AbortError if it was given up while it waited for the database */
  start(): Promise<void>;
  /** Whether `start` has got that far. */
  hasStarted(): boolean;
  /** Frees channels and store; the engine has been stopped before. */
  close(): Promise<void>;
}

/**
 * Opens the store and puts all parts together. Of the process itself it changes nothing.
 *
 * @throws SettingError, StoreError
 */
export async function assemble(plan: AssemblyPlan): Promise<Assembly> {
  const { settings } = plan;
  const measured = settings.database === null ? null : new MeasuredClock();
  const clock = measured ?? plan.clock;
  const secrets = secretsOf(settings);
  const log = openLog(plan, { clock, secrets });
  const { hasMetrics = false, roles = ROLES } = plan;
  const telling = createTelling({ log, clock, hasMetrics, roles });
  try {
    const footing = await openFooting(plan, { clock, measured, telling });
    const { adminKey, webhookSecrets, linkSecret } = footing.credentials;
    secrets.push(adminKey.value, ...webhookSecrets.value, linkSecret?.value ?? "");
    for (const warning of footing.credentials.warnings) log.warn(warning);
    return await assembleOn(footing, plan, { clock, log, telling });
  } catch (error) {
    telling.faults.close();
    throw error;
  }
}

/** What cannot be put together holds nothing: neither a folder, nor connections that keep the process alive. */
async function assembleOn(
  footing: Footing,
  plan: AssemblyPlan,
  surroundings: Omit<OpenParts, "footing">,
): Promise<Assembly> {
  try {
    return await assembleParts(plan, { footing, ...surroundings });
  } catch (error) {
    // Why it could not be put together matters more than what the closing meets.
    await footing.close().catch(() => {});
    throw error;
  }
}

interface Surroundings {
  clock: Clock;
  measured: MeasuredClock | null;
  telling: Telling;
}

/** Loads the one that is stood on, and not the other. */
async function openFooting(plan: AssemblyPlan, { clock, measured, telling }: Surroundings): Promise<Footing> {
  const { settings, folderName, roles = ROLES, waitsMs = 0, giveUp, tuning = {} } = plan;
  const { onFault, metrics, faults } = telling;
  const onCommit = metrics?.onCommit;
  const { database } = settings;
  if (database === null || measured === null) {
    const { openSqliteFooting } = await import("./sqlite-footing.ts");
    return openSqliteFooting({ settings, folderName, nowMs: clock.now(), onCommit });
  }
  const { openPostgresFooting } = await import("./postgres-footing.ts");
  return openPostgresFooting({
    settings,
    database,
    applicationName: `belfry ${roles.length === ROLES.length ? "start" : roles.join(" ")}`,
    clock: measured,
    lookAheadMs: tuning.lookAheadMs ?? DEFAULT_TUNING.lookAheadMs,
    onCommit,
    waitsMs,
    giveUp,
    onWaiting: (err) => faults.error({ err }, "Cannot reach the database yet; trying again"),
    onFault,
  });
}

interface OpenParts {
  footing: Footing;
  clock: Clock;
  log: Logger;
  telling: Telling;
}

async function assembleParts(
  plan: AssemblyPlan,
  { footing, clock, log, telling }: OpenParts,
): Promise<Assembly> {
  const { settings, roles = ROLES, partition = null } = plan;
  const { store, credentials, place } = footing;
  const { onFault, observe, metrics } = telling;
  const { adminKey } = credentials;
  await footing.begin(() => admit(store, settings, { adminKey, nowMs: clock.now() }));
  const ids = createIdSource(() => clock.now(), randomBytes);
  const channels = openChannels({ ...plan, clock, credentials, store });
  const { nearWindowMs, tickMs, retentionMs } = settings;
  const tuning = { ...DEFAULT_TUNING, ...footing.tuning, nearWindowMs, tickMs, retentionMs, ...plan.tuning };
  const machine = readMachine();
  const self = { roles, partition, host: hostname(), pid: process.pid, machine, version: VERSION };
  const hasEnded = endedOn(machine);
  const parts = { store, channels, clock, ids, random: Math.random, tuning, self, hasEnded };
  const links = linksOf(settings.publicUrl, credentials.linkSecret);
  const engine = createEngine({
    ...parts,
    onFault,
    observe,
    ...(links ? { acknowledgeLink: links.acknowledge } : {}),
  });
  metrics?.watch({
    store,
    holding: () => engine.holding(),
    channels: channels.names(),
    databasePath: footing.databasePath,
  });
  const close = async (): Promise<void> => {
    await channels.close();
    await footing.close();
    telling.faults.close();
  };
  const newKey = () => generateKey(randomBytes);
  const access: AccessOptions = { newKey, operator: OPERATOR, rateLimit: settings.rateLimit };
  return {
    ...{ credentials, clock, ids, log, telling, store, place, engine, access, links, close },
    ...startOnce(footing, engine),
  };
}

function startOnce({ begin }: Footing, engine: Engine): Pick<Assembly, "start" | "hasStarted"> {
  let hasStarted = false;
  const start = async (): Promise<void> => {
    await begin(() => engine.start());
    hasStarted = true;
  };
  return { start, hasStarted: () => hasStarted };
}

/** What no line of the log may show; those of the data folder are added once they are read. */
function secretsOf({ adminKey, webhookSecrets, database }: AssemblySettings): string[] {
  return [adminKey ?? "", ...webhookSecrets, ...(database === null ? [] : secretsIn(database))];
}

/** The password as it is written, and as it is. */
function secretsIn({ url }: DatabaseSettings): string[] {
  const read = readDatabaseAddress(url);
  const written = /^[^/]*\/\/[^/@:]*:(.*)@/.exec(url)?.[1] ?? "";
  return read.ok ? [url, written, read.address.password] : [url];
}

function openLog(
  { settings, log }: AssemblyPlan,
  { clock, secrets }: { clock: Clock; secrets: readonly string[] },
): Logger {
  return createLog({
    ...log,
    level: settings.logLevel,
    format: settings.logFormat,
    secrets,
    now: () => clock.now(),
  });
}

/** The installation's tenant and its admin key; a key that has changed replaces the old one. */
async function admit(
  store: Store,
  settings: AssemblySettings,
  { adminKey, nowMs }: { adminKey: Credentials["adminKey"]; nowMs: number },
) {
  await store.ensureTenant({ id: OPERATOR.tenantId, timeZone: settings.timeZone, nowMs });
  const hash = adminKey.value === "" ? adminKey.hash : hashOfKey(adminKey.value);
  // One that another process made is known already.
  if (hash === undefined) return;
  await store.putKey({
    tenantId: OPERATOR.tenantId,
    id: OPERATOR.keyId,
    name: "admin",
    hash,
    hint: null,
    scopes: ["admin"],
    createdAtMs: nowMs,
    expiresAtMs: null,
    lastUsedAtMs: null,
  });
}
