import type { ClientBase } from "pg";
import { StoreError } from "../../domain/errors.ts";
import type { Database, Row } from "./database.ts";
import { first } from "./migrations/0006_first.ts";
import type { Migration } from "./migrations/migration.ts";

/** Every migration, in order. */
export const MIGRATIONS: readonly Migration[] = [first];

/** PostgreSQL 14: what the oldest that is still maintained can do. */
const OLDEST_VERSION = 140_000;

export interface MigrationPlan {
  place: string;
  schema: string;
  nowMs: number;
  migrations?: readonly Migration[];
}

/** What was done. */
export interface Migrated {
  /** The newest step that there was before; 0 if there was none. */
  from: number;
  to: number;
}

/**
 * Brings a database to the newest schema, under a lock, each step in a transaction of its own: a step that
 * fails leaves everything as it was before it. Programs of the step before go on beside it.
 *
 * @param client a connection of its own, connected
 * @throws StoreError `store_newer`, `store_foreign`, `store_outdated`, `store_read_only`, or naming the
 *   step that failed
 */
export async function migrate(client: ClientBase, plan: MigrationPlan): Promise<Migrated> {
  const { migrations = MIGRATIONS } = plan;
  await refuseUnfit(client, plan);
  const before = await appliedTo(client, plan);
  refuseNewer(before, plan);
  const newest = migrations.at(-1)?.number ?? 0;
  if (before.newest >= newest) return { from: before.newest, to: before.newest };
  await client.query("SELECT pg_advisory_lock(hashtextextended($1, 0))", [lockName(plan)]);
  try {
    return await applyMissing(client, plan);
  } finally {
    await client.query("SELECT pg_advisory_unlock(hashtextextended($1, 0))", [lockName(plan)]);
  }
}

function lockName({ schema }: MigrationPlan): string {
  return `belfry migrate ${schema}`;
}

async function applyMissing(client: ClientBase, plan: MigrationPlan): Promise<Migrated> {
  const { migrations = MIGRATIONS } = plan;
  const before = await appliedTo(client, plan);
  if (before.newest === 0) await createSchema(client, plan);
  for (const migration of migrations.filter(({ number }) => number > before.newest))
    await apply(client, plan, migration);
  return { from: before.newest, to: migrations.at(-1)?.number ?? before.newest };
}

async function refuseUnfit(client: ClientBase, { place }: MigrationPlan): Promise<void> {
  const [row] = await rowsOf(
    client,
    `SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS name,
       current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS is_standby`,
  );
  if (Number(row?.version) < OLDEST_VERSION) {
    const advice = `it is PostgreSQL ${row?.name}, and Belfry needs 14 or newer`;
    throw new StoreError("store_outdated", `Cannot open the database ${place}: ${advice}`);
  }
  if (row?.encoding !== "UTF8") {
    const advice = `its encoding is ${row?.encoding}; make one with \`createdb --encoding UTF8 --template template0\``;
    throw new StoreError("store_foreign", `Cannot open the database ${place}: ${advice}`);
  }
  if (row.is_standby === true) {
    const advice = "it takes no writes, since it is a standby; name the primary in BELFRY_DATABASE_URL";
    throw new StoreError("store_read_only", `Cannot open the database ${place}: ${advice}`);
  }
}

/** How far a schema is; `worksWith`: the oldest program that may work on it. */
interface Applied {
  newest: number;
  worksWith: number;
}

async function appliedTo(client: ClientBase, plan: MigrationPlan): Promise<Applied> {
  const [found] = await rowsOf(
    client,
    `SELECT to_regclass(format('%I.migrations', $1::text)) IS NOT NULL AS is_ours,
       EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = $1::text AND c.relkind IN ('r', 'p', 'v')) AS is_used`,
    [plan.schema],
  );
  if (found?.is_ours !== true) {
    if (found?.is_used === true) throw foreign(plan);
    return { newest: 0, worksWith: 0 };
  }
  const columns = await rowsOf(
    client,
    `SELECT FROM information_schema.columns WHERE table_schema = $1 AND table_name = 'migrations'
     AND column_name IN ('number', 'name', 'works_with')`,
    [plan.schema],
  );
  if (columns.length !== 3) throw foreign(plan);
  const [row] = await rowsOf(
    client,
    "SELECT coalesce(max(number), 0)::int AS newest, coalesce(max(works_with), 0)::int AS works_with FROM migrations",
  );
  return { newest: Number(row?.newest), worksWith: Number(row?.works_with) };
}

function foreign({ place, schema }: MigrationPlan): StoreError {
  const advice = `its schema "${schema}" is another program's; name another in BELFRY_DATABASE_SCHEMA`;
  return new StoreError("store_foreign", `Cannot open the database ${place}: ${advice}`);
}

function refuseNewer(
  { newest, worksWith }: Applied,
  { place, migrations = MIGRATIONS }: MigrationPlan,
): void {
  const known = migrations.at(-1)?.number ?? 0;
  if (newest <= known || worksWith <= known) return;
  const advice = `it has migration ${newest}, which works with programs that know ${worksWith} or more, and this Belfry knows only ${known}; use the newer Belfry`;
  throw new StoreError("store_newer", `Cannot open the database ${place}: ${advice}`);
}

async function createSchema(client: ClientBase, { schema }: MigrationPlan): Promise<void> {
  const quoted = `"${schema}"`;
  const [row] = await rowsOf(client, "SELECT FROM pg_namespace WHERE nspname = $1", [schema]);
  if (!row) await client.query(`CREATE SCHEMA IF NOT EXISTS ${quoted}`);
  await client.query(
    `CREATE TABLE ${quoted}.migrations (number integer PRIMARY KEY, name text NOT NULL, works_with integer NOT NULL, applied_at bigint NOT NULL)`,
  );
}

async function apply(client: ClientBase, plan: MigrationPlan, migration: Migration): Promise<void> {
  const { number, name, sql, worksWith } = migration;
  try {
    await client.query("BEGIN");
    await client.query(sql);
    await client.query(
      "INSERT INTO migrations (number, name, works_with, applied_at) VALUES ($1, $2, $3, $4)",
      [number, name, worksWith, Math.floor(plan.nowMs)],
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    const reason = error instanceof Error ? error.message : String(error);
    const message = `Cannot open the database ${plan.place}: migration ${number} (${name}) failed and nothing was changed: ${reason}`;
    throw new StoreError("store_failed", message, { cause: error });
  }
}

async function rowsOf(client: ClientBase, text: string, values: unknown[] = []): Promise<Row[]> {
  return (await client.query<Row>(text, values)).rows;
}

/** Opens a connection for it, and ends that. */
export async function migrateDatabase(database: Database, nowMs: number): Promise<Migrated> {
  const client = database.client();
  await client.connect();
  try {
    return await migrate(client, { place: database.place, schema: database.schema, nowMs });
  } finally {
    await client.end();
  }
}
