import { existsSync } from "node:fs";
import { join } from "node:path";
import { inspectDataFolder } from "../config/data-folder.ts";
import type { Finding } from "../domain/finding.ts";
import { inspectSqliteStore } from "../store/sqlite/inspect.ts";

/** Looks at a data folder without changing it, whether a server runs on it or not. */
export async function runInspect(dataFolder: string): Promise<Finding[]> {
  const paths = { database: join(dataFolder, "belfry.db"), lock: join(dataFolder, "belfry.lock") };
  if (!existsSync(dataFolder)) return inspectDataFolder(dataFolder);
  return [...(await inspectDataFolder(dataFolder)), ...inspectSqliteStore(paths)];
}
