import type { Partition } from "../domain/partition.ts";
import type { Environment, RoleOutput } from "./environment.ts";
import { refuseAlone } from "./installation.ts";
import { serveRoles } from "./serve.ts";

export interface WorkerOptions {
  /** Its share of the work; default: all of it. */
  partition?: Partition;
}

/**
 * A worker alone: claims, sends and settles. Any number of processes may, on one database.
 *
 * @throws SettingError without a database that can be shared; StoreError if it cannot start
 */
export async function runWorker(
  env: Environment,
  { partition }: WorkerOptions,
  output: RoleOutput,
): Promise<void> {
  refuseAlone(env, "a worker alone");
  await serveRoles({ env, output, roles: ["worker"], partition });
}
