import { existsSync } from "node:fs";
import { join } from "node:path";
import { inspectDataFolder } from "../config/data-folder.ts";
import { SETTINGS } from "../config/table.ts";
import type { Finding } from "../domain/finding.ts";
import { inspectPostgresStore } from "../store/postgres/inspect.ts";
import { inspectSqliteStore } from "../store/sqlite/inspect.ts";
import type { Environment } from "./environment.ts";

/** Looks at a data folder, or at the database that is set, without changing it, whether a server runs on it or not. */
export async function runInspect(dataFolder: string, env: Environment = {}): Promise<Finding[]> {
  const url = SETTINGS.databaseUrl.parse(env.BELFRY_DATABASE_URL?.trim() ?? "");
  if (url.ok && url.value !== undefined)
    return inspectPostgresStore({ url: url.value, schema: schemaOf(env) });
  const paths = { database: join(dataFolder, "belfry.db"), lock: join(dataFolder, "belfry.lock") };
  if (!existsSync(dataFolder)) return inspectDataFolder(dataFolder);
  return [...(await inspectDataFolder(dataFolder)), ...inspectSqliteStore(paths)];
}

function schemaOf(env: Environment): string {
  const { parse, default: normal } = SETTINGS.databaseSchema;
  const parsed = parse(env.BELFRY_DATABASE_SCHEMA?.trim() || normal);
  return parsed.ok ? parsed.value : normal;
}
