import { hash, randomBytes } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createInboxChannel } from "../channels/inbox/inbox-channel.ts";
import { createRegistry } from "../channels/registry.ts";
import { createWebhookChannel } from "../channels/webhook/webhook-channel.ts";
import { type Credentials, ensureCredentials } from "../config/credentials.ts";
import { readSettings, type Settings } from "../config/settings.ts";
import { VERSION } from "../config/version.ts";
import { SettingError } from "../domain/errors.ts";
import { createIdSource, type IdSource } from "../domain/ids.ts";
import type { InboxEntry } from "../domain/inbox-entry.ts";
import { type Clock, systemClock } from "../engine/clock.ts";
import { createEngine } from "../engine/create-engine.ts";
import type { Engine, Tenant } from "../engine/engine.ts";
import { DEFAULT_TUNING, type Tuning } from "../engine/ports.ts";
import { createLog, type Logger } from "../ops/log.ts";
import { holdLock } from "../store/sqlite/lock.ts";
import { openSqliteStore } from "../store/sqlite/store.ts";
import type { Store } from "../store/store.ts";
import type { Environment } from "./environment.ts";

/** The one tenant of an embedded installation. */
const TENANT_ID = "tnt_default";

/** Everything of one folder, put together but not running. */
export interface Installation {
  settings: Settings;
  credentials: Credentials;
  clock: Clock;
  ids: IdSource;
  log: Logger;
  store: Store;
  engine: Engine;
  tenantOf: (tenantId: string) => Tenant;
  /** Frees channels, store and lock; the engine has been stopped before. */
  close(): Promise<void>;
}

export interface InstallationOptions {
  env: Environment;
  /** What differs from the defaults, made from the settings. */
  tuning?: (settings: Settings) => Partial<Tuning>;
  /** Told of each message that the inbox takes. */
  onInbox?: (entry: InboxEntry) => void;
}

/**
 * Opens the data folder for this process alone and puts all parts together.
 *
 * @throws SettingError, StoreError
 */
export async function openInstallation(options: InstallationOptions): Promise<Installation> {
  const { settings } = readSettings(options.env);
  // The database holds the endpoints' secrets: nobody else may read what this process writes.
  process.umask(0o077);
  makeFolder(settings.dataFolder);
  const letGo = holdLock(join(settings.dataFolder, "belfry.lock"));
  try {
    return await assemble(options, settings, letGo);
  } catch (error) {
    letGo();
    throw error;
  }
}

async function assemble(
  options: InstallationOptions,
  settings: Settings,
  letGo: () => void,
): Promise<Installation> {
  const clock = systemClock;
  const credentials = await ensureCredentials({ ...settings, randomBytes });
  const log = openLog(settings, credentials, clock);
  for (const warning of credentials.warnings) log.warn(warning);
  const store = openSqliteStore({ path: join(settings.dataFolder, "belfry.db"), nowMs: clock.now() });
  await admit(store, settings, { adminKey: credentials.adminKey.value, nowMs: clock.now() });
  const ids = createIdSource(() => clock.now(), randomBytes);
  const channels = createRegistry([
    createWebhookChannel({
      secrets: credentials.webhookSecrets.value,
      allow: settings.webhookAllow,
      timeoutMs: settings.webhookTimeoutMs,
      userAgent: `Belfry/${VERSION}`,
      now: () => clock.now(),
    }),
    createInboxChannel({
      put: (entry) => store.putInbox(entry),
      ...(options.onInbox ? { onMessage: options.onInbox } : {}),
    }),
  ]);
  const { nearWindowMs, tickMs, retentionMs } = settings;
  const tuning = { ...DEFAULT_TUNING, nearWindowMs, tickMs, retentionMs, ...options.tuning?.(settings) };
  const onFault = (what: string, error: unknown): void => log.error({ err: error }, `Cannot ${what}`);
  const engine = createEngine({ store, channels, clock, ids, random: Math.random, tuning, onFault });
  const close = async (): Promise<void> => {
    await channels.close();
    await store.close();
    letGo();
  };
  const tenantOf = (id: string): Tenant => ({ id, timeZone: settings.timeZone });
  return { settings, credentials, clock, ids, log, store, engine, tenantOf, close };
}

function makeFolder(path: string): void {
  try {
    makeWithParents(resolve(path));
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new SettingError(
      `Cannot use BELFRY_DATA = "${path}": the folder cannot be made or written (${cause})`,
    );
  }
}

/** Step by step, since Node's own recursive way never ends where a folder refuses to be made (/proc). */
function makeWithParents(path: string): void {
  if (existsSync(path)) return;
  makeWithParents(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

function openLog(settings: Settings, credentials: Credentials, clock: Clock): Logger {
  return createLog({
    level: settings.logLevel,
    format: settings.logFormat,
    isTerminal: process.stderr.isTTY,
    colours: process.stderr.isTTY,
    stream: process.stderr,
    secrets: [credentials.adminKey.value, ...credentials.webhookSecrets.value],
    now: () => clock.now(),
  });
}

/** The installation's tenant and its admin key; a key that has changed replaces the old one. */
async function admit(
  store: Store,
  settings: Settings,
  { adminKey, nowMs }: { adminKey: string; nowMs: number },
) {
  await store.ensureTenant({ id: TENANT_ID, timeZone: settings.timeZone, nowMs });
  await store.putKey({
    tenantId: TENANT_ID,
    id: "key_admin",
    name: "admin",
    hash: hash("sha256", adminKey),
    scopes: ["admin"],
    createdAtMs: nowMs,
  });
}
