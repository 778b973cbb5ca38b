import type { Environment, RoleOutput } from "./environment.ts";
import { serveRoles } from "./serve.ts";

/**
 * Everything in one process: API, scheduler and worker.
 *
 * @throws SettingError, StoreError if it cannot start
 */
export function runStart(env: Environment, output: RoleOutput): Promise<void> {
  return serveRoles({ env, output });
}
