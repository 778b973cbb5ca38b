import { readSettings, type Settings } from "../config/settings.ts";
import type { InboxEntry } from "../domain/inbox-entry.ts";
import { type Assembly, assemble } from "../embed/assembly.ts";
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
}

/**
 * Opens the data folder for this process alone and puts all parts together.
 *
 * @throws SettingError, StoreError
 */
export async function openInstallation(options: InstallationOptions): Promise<Installation> {
  const { env, tuning, hasMetrics = false, onInbox } = options;
  const { settings } = readSettings(env);
  const assembly = await assemble({
    settings,
    folderName: "BELFRY_DATA",
    clock: systemClock,
    log: { stream: process.stderr, isTerminal: process.stderr.isTTY, colours: process.stderr.isTTY },
    tuning: tuning?.(settings) ?? {},
    hasMetrics: hasMetrics && settings.metrics === "on",
    onInbox,
  });
  return { ...assembly, settings };
}
