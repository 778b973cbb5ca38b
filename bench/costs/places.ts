import { join } from "node:path";
import { openPostgresStore } from "../../packages/belfry/src/store/postgres/store.ts";
import { openSqliteStore } from "../../packages/belfry/src/store/sqlite/store.ts";
import type { Store } from "../../packages/belfry/src/store/store.ts";
import { startPostgres } from "../../packages/belfry/test/postgres/start-postgres.ts";
import { makeFolder } from "../processes.ts";

/** A store, empty and as durable as users have it. */
export interface StorePlace {
  name: string;
  store: Store;
}

/** One after the other; each is closed before the next is opened. */
export async function* openPlaces(): AsyncGenerator<StorePlace> {
  const sqlite = openSqliteStore({ path: join(makeFolder(), "belfry.db"), nowMs: Date.now() });
  yield { name: "SQLite", store: sqlite };
  await sqlite.close();
  await using server = await startPostgres({ durable: true });
  const connection = { url: server.url(), schema: "belfry", applicationName: "belfry bench" };
  const postgres = await openPostgresStore({ ...connection, poolSize: 4, notifyWithinMs: 2_000 });
  yield { name: "PostgreSQL", store: postgres };
  await postgres.close();
}
