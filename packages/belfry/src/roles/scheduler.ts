import type { Partition } from "../domain/partition.ts";
import type { Environment, RoleOutput } from "./environment.ts";
import { refuseAlone } from "./installation.ts";
import { serveRoles } from "./serve.ts";

export interface SchedulerOptions {
  /** Its share of the work; default: all of it. */
  partition?: Partition;
}

/**
 * A scheduler alone: makes deliveries of what is due soon, and clears up. Any number of processes may, on one database.
 *
 * @throws SettingError without a database that can be shared; StoreError if it cannot start
 */
export async function runScheduler(
  env: Environment,
  { partition }: SchedulerOptions,
  output: RoleOutput,
): Promise<void> {
  refuseAlone(env, "a scheduler alone");
  await serveRoles({ env, output, roles: ["scheduler"], partition });
}
