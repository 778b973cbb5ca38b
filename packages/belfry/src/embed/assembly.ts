import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { AccessOptions } from "../access/access.ts";
import type { Channel } from "../channels/channel.ts";
import { createInboxChannel } from "../channels/inbox/inbox-channel.ts";
import { type ChannelRegistry, createRegistry } from "../channels/registry.ts";
import { createWebhookChannel } from "../channels/webhook/webhook-channel.ts";
import { type Credentials, ensureCredentials } from "../config/credentials.ts";
import { generateKey } from "../config/generated-key.ts";
import type { Settings } from "../config/settings.ts";
import { VERSION } from "../config/version.ts";
import { hashOfKey } from "../domain/api-key.ts";
import { createIdSource, type IdSource } from "../domain/ids.ts";
import type { InboxEntry } from "../domain/inbox-entry.ts";
import { OPERATOR } from "../domain/operator.ts";
import type { Clock } from "../engine/clock.ts";
import { createEngine } from "../engine/create-engine.ts";
import type { Engine } from "../engine/engine.ts";
import { DEFAULT_TUNING, type Tuning } from "../engine/ports.ts";
import { createLog, type Logger, type LogOptions } from "../ops/log.ts";
import type { FolderLock } from "../store/sqlite/lock.ts";
import { openSqliteStore } from "../store/sqlite/store.ts";
import type { Store } from "../store/store.ts";
import { holdDataFolder } from "./data-folder.ts";
import { connectionLimits } from "./handle-limits.ts";
import { passingCredentials } from "./passing-credentials.ts";
import { createTelling, type Telling } from "./telling.ts";

/** What the parts are told; `dataFolder` is null for an installation in memory. */
export type AssemblySettings = Pick<
  Settings,
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
> & { dataFolder: string | null };

/** How one installation differs from another. */
export interface AssemblyPlan {
  settings: AssemblySettings;
  /** What the data folder was named by, for messages: `BELFRY_DATA`. */
  folderName: string;
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
}

/** Everything of one folder, put together but not running. */
export interface Assembly {
  credentials: Credentials;
  clock: Clock;
  ids: IdSource;
  log: Logger;
  telling: Telling;
  store: Store;
  engine: Engine;
  access: AccessOptions;
  /** Frees channels, store and folder; the engine has been stopped before. */
  close(): Promise<void>;
}

/**
 * Opens the data folder for this process alone and puts all parts together. Of the process itself it
 * changes nothing.
 *
 * @throws SettingError, StoreError
 */
export async function assemble(plan: AssemblyPlan): Promise<Assembly> {
  const { dataFolder } = plan.settings;
  const hold = dataFolder === null ? undefined : holdDataFolder(dataFolder, plan.folderName);
  try {
    return await assembleParts(plan, hold);
  } catch (error) {
    hold?.letGo();
    throw error;
  }
}

async function assembleParts(plan: AssemblyPlan, hold: FolderLock | undefined): Promise<Assembly> {
  const { settings, clock } = plan;
  const credentials = await credentialsOf(settings);
  const log = openLog(plan, credentials);
  for (const warning of credentials.warnings) log.warn(warning);
  const path = settings.dataFolder === null ? ":memory:" : join(settings.dataFolder, "belfry.db");
  const telling = createTelling({ log, clock, hasMetrics: plan.hasMetrics ?? false });
  const { onFault, observe, metrics } = telling;
  const onCommit = metrics ? { onCommit: metrics.onCommit } : {};
  const store = openSqliteStore({ path, nowMs: clock.now(), ...onCommit, ...(hold ? { hold } : {}) });
  await admit(store, settings, { adminKey: credentials.adminKey.value, nowMs: clock.now() });
  const ids = createIdSource(() => clock.now(), randomBytes);
  const channels = openChannels(plan, credentials, store);
  const { nearWindowMs, tickMs, retentionMs } = settings;
  const tuning = { ...DEFAULT_TUNING, nearWindowMs, tickMs, retentionMs, ...plan.tuning };
  const parts = { store, channels, clock, ids, random: Math.random, tuning };
  const engine = createEngine({ ...parts, onFault, observe });
  metrics?.watch({
    store,
    holding: () => engine.holding(),
    channels: channels.names(),
    databasePath: settings.dataFolder === null ? null : path,
  });
  const close = async (): Promise<void> => {
    await channels.close();
    await store.close();
    telling.faults.close();
    hold?.letGo();
  };
  const newKey = () => generateKey(randomBytes);
  const access: AccessOptions = { newKey, operator: OPERATOR, rateLimit: settings.rateLimit };
  return { credentials, clock, ids, log, telling, store, engine, access, close };
}

async function credentialsOf({ dataFolder, ...settings }: AssemblySettings): Promise<Credentials> {
  if (dataFolder === null) return passingCredentials({ ...settings, randomBytes });
  return ensureCredentials({ ...settings, dataFolder, randomBytes });
}

function openLog({ settings, clock, log }: AssemblyPlan, credentials: Credentials): Logger {
  return createLog({
    ...log,
    level: settings.logLevel,
    format: settings.logFormat,
    secrets: [credentials.adminKey.value, ...credentials.webhookSecrets.value],
    now: () => clock.now(),
  });
}

/** The installation's tenant and its admin key; a key that has changed replaces the old one. */
async function admit(
  store: Store,
  settings: AssemblySettings,
  { adminKey, nowMs }: { adminKey: string; nowMs: number },
) {
  await store.ensureTenant({ id: OPERATOR.tenantId, timeZone: settings.timeZone, nowMs });
  await store.putKey({
    tenantId: OPERATOR.tenantId,
    id: OPERATOR.keyId,
    name: "admin",
    hash: hashOfKey(adminKey),
    hint: null,
    scopes: ["admin"],
    createdAtMs: nowMs,
    expiresAtMs: null,
    lastUsedAtMs: null,
  });
}

function openChannels(plan: AssemblyPlan, credentials: Credentials, store: Store): ChannelRegistry {
  const { settings, clock, channels = [], onInbox } = plan;
  return createRegistry([
    createWebhookChannel({
      secrets: credentials.webhookSecrets.value,
      allow: settings.webhookAllow,
      timeoutMs: settings.webhookTimeoutMs,
      maxSockets: connectionLimits().outgoing,
      userAgent: `Belfry/${VERSION}`,
      now: () => clock.now(),
    }),
    createInboxChannel({
      put: (entry) => store.putInbox(entry),
      ...(onInbox ? { onMessage: onInbox } : {}),
    }),
    ...channels,
  ]);
}
