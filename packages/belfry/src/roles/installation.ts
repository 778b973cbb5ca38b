import { readSettings, type Settings } from "../config/settings.ts";
import { SettingError } from "../domain/errors.ts";
import type { InboxEntry } from "../domain/inbox-entry.ts";
import type { Partition } from "../domain/partition.ts";
import type { Role } from "../domain/worker.ts";
import { type Assembly, type AssemblySettings, assemble } from "../embed/assembly.ts";
import { systemClock } from "../engine/clock.ts";
import type { Tuning } from "../engine/ports.ts";
import type { Environment } from "./environment.ts";

/** An installation as the environment wants it, put together but not running. */
export interface Installation extends Assembly {
  settings: Settings;
}

export interface InstallationOptions {
  env: Environment;
  /** What differs from the defaults, made from the settings. */
  tuning?: (settings: Settings) => Partial<Tuning>;
  /** Whether there are metrics, unless the settings switch them off; default false. */
  hasMetrics?: boolean;
  /** Told of each message that the inbox takes. */
  onInbox?: (entry: InboxEntry) => void;
  /** What this process does; default: all. */
  roles?: readonly Role[];
  /** Its share of the work; default: all of it. */
  partition?: Partition | undefined;
  /** How long to wait for a database that cannot be reached. */
  waitsMs: number;
  /** Ends the waiting. */
  giveUp?: AbortSignal;
}

/**
 * Opens the store and puts all parts together.
 *
 * @throws SettingError, StoreError
 */
export async function openInstallation(options: InstallationOptions): Promise<Installation> {
  const { env, tuning, hasMetrics = false, onInbox, roles, partition, waitsMs, giveUp } = options;
  const { settings } = readSettings(env);
  const assembly = await assemble({
    settings: assemblySettings(settings),
    folderName: "BELFRY_DATA",
    clock: systemClock,
    log: { stream: process.stderr, isTerminal: process.stderr.isTTY, colours: process.stderr.isTTY },
    tuning: tuning?.(settings) ?? {},
    hasMetrics: hasMetrics && settings.metrics === "on",
    onInbox,
    partition,
    waitsMs,
    giveUp,
    ...(roles ? { roles } : {}),
  });
  return { ...assembly, settings };
}

/** The settings as the parts are told them. */
export function assemblySettings(settings: Settings): AssemblySettings {
  const { databaseUrl: url, databaseSchema: schema, databasePool: poolSize } = settings;
  return { ...settings, database: url === undefined ? null : { url, schema, poolSize } };
}

/** @throws SettingError if only one process can work on the store, and this one would leave the others out */
export function refuseAlone(env: Environment, what: string): void {
  const { settings } = readSettings(env);
  if (settings.databaseUrl !== undefined) return;
  throw new SettingError(
    `Cannot run ${what}: SQLite serves one process, which \`belfry start\` is; set BELFRY_DATABASE_URL to share the work`,
  );
}
