import type { Environment, RoleOutput } from "./environment.ts";
import { refuseAlone } from "./installation.ts";
import { serveRoles } from "./serve.ts";

/**
 * The API alone: takes reminders and answers; it sends nothing. Any number of processes may, on one database.
 *
 * @throws SettingError without a database that can be shared; StoreError if it cannot start
 */
export async function runApi(env: Environment, output: RoleOutput): Promise<void> {
  refuseAlone(env, "the API alone");
  await serveRoles({ env, output, roles: ["api"] });
}
