import type { ClientBase } from "pg";
import { StoreError } from "../../domain/errors.ts";
import { type Applied, readApplied } from "./applied.ts";
import type { Database } from "./database.ts";
import { codeOf, isOfConnection } from "./failure.ts";
import { findUnfit } from "./fitness.ts";
import { first } from "./migrations/0006_first.ts";
import { moves } from "./migrations/0007_moves.ts";
import { recipients } from "./migrations/0008_recipients.ts";
import { fullPages } from "./migrations/0009_full_pages.ts";
import { machines } from "./migrations/0010_machines.ts";
import type { Migration } from "./migrations/migration.ts";

/** Every migration, in order. */
export const MIGRATIONS: readonly Migration[] = [first, moves, recipients, fullPages, machines];

const LACKS_RIGHT = "42501";

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
  for (const migration of migrations.filter(({ number }) => number > before.newest))
    await apply(client, plan, migration);
  return { from: before.newest, to: migrations.at(-1)?.number ?? before.newest };
}

async function refuseUnfit(client: ClientBase, { place, schema }: MigrationPlan): Promise<void> {
  const unfit = await findUnfit(client, schema);
  if (unfit) throw new StoreError(unfit.code, `Cannot open the database ${place}: ${unfit.advice}`);
}

async function appliedTo(client: ClientBase, plan: MigrationPlan): Promise<Applied> {
  const applied = await readApplied(client, plan.schema);
  if (applied === null) throw foreign(plan);
  return applied;
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

/** Nothing if it is there: an owner may have been given a schema that is empty. */
/** An owner may have been given one that is empty. */
async function createSchema(client: ClientBase, { schema }: MigrationPlan): Promise<void> {
  const { rowCount } = await client.query("SELECT FROM pg_namespace WHERE nspname = $1", [schema]);
  if (rowCount === 0) await client.query(`CREATE SCHEMA "${schema}"`);
  await client.query(
    `CREATE TABLE IF NOT EXISTS "${schema}".migrations (number integer PRIMARY KEY, name text NOT NULL, works_with integer NOT NULL, applied_at bigint NOT NULL)`,
  );
}

async function apply(client: ClientBase, plan: MigrationPlan, migration: Migration): Promise<void> {
  const { migrations = MIGRATIONS, nowMs } = plan;
  const { number, name, sql, worksWith } = migration;
  try {
    // A step over a large table takes as long as it takes.
    await client.query("BEGIN; SET LOCAL statement_timeout = 0");
    if (migration === migrations[0]) await createSchema(client, plan);
    await client.query(sql);
    await client.query(
      "INSERT INTO migrations (number, name, works_with, applied_at) VALUES ($1, $2, $3, $4)",
      [number, name, worksWith, Math.floor(nowMs)],
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    // Cut off in the middle, it is simply tried again.
    throw isOfConnection(error) ? error : failed(error, plan, migration);
  }
}

function failed(error: unknown, { place }: MigrationPlan, { number, name }: Migration): StoreError {
  const reason = error instanceof Error ? error.message : String(error);
  const step = `migration ${number} (${name})`;
  if (codeOf(error) !== LACKS_RIGHT) {
    const message = `Cannot open the database ${place}: ${step} failed and nothing was changed: ${reason}`;
    return new StoreError("store_failed", message);
  }
  const advice = `run \`belfry migrate\` as the owner of the schema, before other programs of this version`;
  const message = `Cannot open the database ${place}: it needs ${step}, which the user of BELFRY_DATABASE_URL may not make (${reason}); ${advice}`;
  return new StoreError("store_denied", message);
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
