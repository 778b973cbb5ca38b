import type { Settings } from "../config/settings.ts";
import { DEFAULT_TUNING, type Tuning } from "../engine/ports.ts";
import { endOnCrash } from "./crash.ts";
import type { Environment, RoleOutput } from "./environment.ts";
import { openInstallation } from "./installation.ts";

export interface TickOptions {
  /** One of the two parts alone. */
  only?: "promote" | "send";
}

/**
 * One pass of scheduler and worker, and the end: for cron, a Kubernetes CronJob or a function.
 *
 * @throws SettingError, StoreError; StoreError `store_in_use` while `belfry start` runs on the folder
 */
export async function runTick(env: Environment, { only }: TickOptions, output: RoleOutput): Promise<void> {
  const installation = await openInstallation({ env, tuning: tickTuning });
  const { clock, engine, store, log } = installation;
  endOnCrash(log, process);
  // This process alone holds the folder, so whoever held a lease is gone.
  await store.recover(clock.now(), DEFAULT_TUNING.leaseMs);
  const promoted = only === "send" ? 0 : await engine.promote();
  const sent = only === "promote" ? 0 : await engine.drain();
  await installation.close();
  output.print(`${promoted} promoted, ${sent} sent or settled`);
}

/** Whoever calls `tick` comes back after BELFRY_TICK: what fell due in between was not missed. */
function tickTuning({ tickMs }: Settings): Partial<Tuning> {
  return { missedAfterMs: 2 * tickMs };
}
