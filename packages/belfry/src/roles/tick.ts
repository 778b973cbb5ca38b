import type { Settings } from "../config/settings.ts";
import type { Partition } from "../domain/partition.ts";
import type { Tuning } from "../engine/ports.ts";
import { endOnCrash } from "./crash.ts";
import type { Environment, RoleOutput } from "./environment.ts";
import { type Installation, openInstallation } from "./installation.ts";

/** Whoever calls it comes back soon: a database that cannot be reached is waited for no longer. */
const WAITS_MS = 30_000;

export interface TickOptions {
  /** One of the two parts alone. */
  only?: "promote" | "send";
  /** Its share of the work; default: all of it. */
  partition?: Partition;
}

/**
 * One pass of scheduler and worker, and the end: for cron, a Kubernetes CronJob or a function.
 *
 * @throws SettingError, StoreError; StoreError `store_in_use` while `belfry start` runs on the folder
 */
export async function runTick(
  env: Environment,
  { only, partition }: TickOptions,
  output: RoleOutput,
): Promise<void> {
  const roles = ["scheduler", "worker"] as const;
  const installation = await openInstallation({
    env,
    tuning: tickTuning,
    roles,
    partition,
    waitsMs: WAITS_MS,
  });
  endOnCrash(installation.log, process);
  const { promoted, sent, isBehind } = await makePass(installation, only);
  await installation.close();
  output.print(`${promoted} promoted, ${sent} sent or settled`);
  if (isBehind)
    output.print("Reminders are left to follow changed recipients: the next pass goes on with them.");
}

/** What a pass that fails still holds, such as timers and connections, would keep its process from ending. */
async function makePass(
  { engine, close }: Pick<Installation, "engine" | "close">,
  only: TickOptions["only"],
): Promise<Awaited<ReturnType<Installation["engine"]["tick"]>>> {
  try {
    return await engine.tick(only);
  } catch (error) {
    // Why it failed matters more than what its end meets.
    await engine.stop().catch(() => {});
    await close().catch(() => {});
    throw error;
  }
}

/** Whoever calls `tick` comes back after BELFRY_TICK: what fell due in between was not missed. */
function tickTuning({ tickMs }: Settings): Partial<Tuning> {
  return { missedAfterMs: 2 * tickMs };
}
