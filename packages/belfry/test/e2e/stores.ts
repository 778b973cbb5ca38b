import { createDatabase } from "../postgres/shared-postgres.ts";
import type { BelfrySettings } from "./belfry-command.ts";

/** Where Belfry keeps its data, for suites that run on each: `describe.each(STORES)`. */
export const STORES = ["SQLite", "PostgreSQL"] as const;
export type StoreName = (typeof STORES)[number];

/** What a test's own store stands on. */
export interface Ground extends AsyncDisposable {
  /** What leads Belfry to it, besides the data folder. */
  settings: BelfrySettings;
}

/** For SQLite the data folder is enough; for PostgreSQL a database is made, and dropped in the end. */
export async function takeGround(store: StoreName): Promise<Ground> {
  if (store === "SQLite") return { settings: {}, [Symbol.asyncDispose]: async () => {} };
  const database = await createDatabase();
  return { settings: { BELFRY_DATABASE_URL: database.url }, [Symbol.asyncDispose]: () => database.drop() };
}
