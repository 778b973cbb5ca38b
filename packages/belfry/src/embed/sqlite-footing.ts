import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { type Credentials, ensureCredentials } from "../config/credentials.ts";
import type { OnCommit } from "../store/commit.ts";
import { openSqliteStore } from "../store/sqlite/store.ts";
import type { AssemblySettings } from "./assembly.ts";
import { holdDataFolder } from "./data-folder.ts";
import type { Footing } from "./footing.ts";
import { passingCredentials } from "./passing-credentials.ts";

export interface SqliteFootingOptions {
  settings: AssemblySettings;
  /** What the data folder was named by, for messages: `BELFRY_DATA`. */
  folderName: string;
  nowMs: number;
  onCommit: OnCommit | undefined;
}

/**
 * One process on a file of SQLite, or in memory, with its secrets in files beside it.
 *
 * @throws SettingError, StoreError
 */
export async function openSqliteFooting(options: SqliteFootingOptions): Promise<Footing> {
  const { settings, folderName, nowMs, onCommit } = options;
  const { dataFolder } = settings;
  const hold = dataFolder === null ? undefined : holdDataFolder(dataFolder, folderName);
  try {
    const credentials = await credentialsOf(settings);
    const path = dataFolder === null ? ":memory:" : join(dataFolder, "belfry.db");
    const store = openSqliteStore({
      path,
      nowMs,
      ...(onCommit ? { onCommit } : {}),
      ...(hold ? { hold } : {}),
    });
    return {
      store,
      credentials,
      place: dataFolder ?? "memory",
      databasePath: dataFolder === null ? null : path,
      tuning: {},
      begin: (work) => work(),
      close: async () => {
        await store.close();
        hold?.letGo();
      },
    };
  } catch (error) {
    hold?.letGo();
    throw error;
  }
}

async function credentialsOf({ dataFolder, ...settings }: AssemblySettings): Promise<Credentials> {
  if (dataFolder === null) return passingCredentials({ ...settings, randomBytes });
  return ensureCredentials({ ...settings, dataFolder, randomBytes });
}
