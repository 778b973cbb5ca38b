import { readSettings } from "../config/settings.ts";
import { SettingError } from "../domain/errors.ts";
import { Database } from "../store/postgres/database.ts";
import { storeError } from "../store/postgres/failure.ts";
import { migrateDatabase } from "../store/postgres/migrate.ts";
import type { Environment, RoleOutput } from "./environment.ts";

/**
 * Brings the schema of the database up to date, and ends. Programs of the step before go on beside it.
 *
 * @throws SettingError without a database; StoreError naming what is wrong with it
 */
export async function runMigrate(env: Environment, output: RoleOutput): Promise<void> {
  const { settings } = readSettings(env);
  const { databaseUrl: url, databaseSchema: schema } = settings;
  if (url === undefined) {
    throw new SettingError(
      "Cannot migrate: BELFRY_DATABASE_URL is not set; the file of SQLite is migrated by every start",
    );
  }
  const database = new Database({ url, schema, applicationName: "belfry migrate", poolSize: 1 });
  try {
    const { from, to } = await migrateDatabase(database, Date.now());
    output.print(told(database.place, { schema, from, to }));
  } catch (error) {
    throw storeError("open", database.place, error);
  } finally {
    await database.close();
  }
}

function told(place: string, { schema, from, to }: { schema: string; from: number; to: number }): string {
  const where = `schema "${schema}" of ${place}`;
  if (from === to) return `The ${where} is up to date, at migration ${to}.`;
  return from === 0
    ? `Made the ${where}, at migration ${to}.`
    : `Brought the ${where} from migration ${from} to ${to}.`;
}
