import { existsSync } from "node:fs";
import { join } from "node:path";
import { inspectDataFolder } from "../config/data-folder.ts";
import type { Setting } from "../config/setting.ts";
import { SETTINGS } from "../config/table.ts";
import type { Finding } from "../domain/finding.ts";
import { inspectPostgresStore } from "../store/postgres/inspect.ts";
import { inspectSqliteStore } from "../store/sqlite/inspect.ts";
import type { Environment } from "./environment.ts";

/** Looks at a data folder, or at the database that is set, without changing it, whether a server runs on it or not. */
export async function runInspect(dataFolder: string, env: Environment = {}): Promise<Finding[]> {
  const url = SETTINGS.databaseUrl.parse(env.BELFRY_DATABASE_URL?.trim() ?? "");
  // What is wrong with it is told among the settings; the folder would not be used.
  if (!url.ok) return [];
  if (url.value !== undefined) {
    const [schema, poolSize] = [
      settingIn(SETTINGS.databaseSchema, env),
      settingIn(SETTINGS.databasePool, env),
    ];
    return inspectPostgresStore({ url: url.value, schema, poolSize });
  }
  const paths = { database: join(dataFolder, "belfry.db"), lock: join(dataFolder, "belfry.lock") };
  if (!existsSync(dataFolder)) return inspectDataFolder(dataFolder);
  return [...(await inspectDataFolder(dataFolder)), ...inspectSqliteStore(paths)];
}

/** Its default where it is wrong, which is told among the settings. */
function settingIn<Value>({ env: name, parse, default: normal }: Setting<Value>, env: Environment): Value {
  const [given, otherwise] = [parse(env[name]?.trim() || normal), parse(normal)];
  if (given.ok) return given.value;
  if (otherwise.ok) return otherwise.value;
  throw new Error(`Cannot use the default of ${name}: ${otherwise.reason}`);
}
