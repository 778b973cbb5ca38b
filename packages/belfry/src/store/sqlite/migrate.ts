import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "../../domain/errors.ts";
import { adviceFor } from "./failure.ts";
import { first } from "./migrations/0001_first.ts";
import { changes } from "./migrations/0002_changes.ts";
import { access } from "./migrations/0003_access.ts";
import { noTrigger } from "./migrations/0004_no_trigger.ts";
import { tenantRevision } from "./migrations/0005_tenant_revision.ts";
import { workers } from "./migrations/0006_workers.ts";
import { moves } from "./migrations/0007_moves.ts";
import { recipients } from "./migrations/0008_recipients.ts";
import type { Migration } from "./migrations/migration.ts";

/** Every migration, in order. */
export const MIGRATIONS: readonly Migration[] = [
  first,
  changes,
  access,
  noTrigger,
  tenantRevision,
  workers,
  moves,
  recipients,
];

/**
 * Brings the database to the newest schema. All steps run in one transaction that also is the lock: a
 * failed step leaves the database as it was, and two processes cannot migrate at once.
 *
 * @throws StoreError `store_newer` if a newer Belfry has migrated it already, `store_foreign` if it is
 *   another program's, or naming the step that failed
 */
export function migrate(
  db: DatabaseSync,
  nowMs: number,
  migrations: readonly Migration[] = MIGRATIONS,
): void {
  db.exec("BEGIN IMMEDIATE");
  try {
    applyMissing(db, nowMs, migrations);
    db.exec("COMMIT");
  } catch (error) {
    // Some failures, such as a full disk, have rolled it back already.
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

function applyMissing(db: DatabaseSync, nowMs: number, migrations: readonly Migration[]): void {
  refuseForeign(db);
  db.exec(
    "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT",
  );
  const row = db.prepare("SELECT coalesce(max(number), 0) AS applied FROM migrations").get();
  const applied = Number(row?.applied);
  const newest = migrations.at(-1)?.number ?? 0;
  if (applied > newest) {
    throw new StoreError(
      "store_newer",
      `Cannot open the database ${placeOf(db)}: it has migration ${applied}, and this Belfry knows only ${newest}; use the newer Belfry`,
    );
  }
  const record = db.prepare("INSERT INTO migrations (number, name, applied_at) VALUES (?, ?, ?)");
  for (const migration of migrations.filter((candidate) => candidate.number > applied)) {
    apply(db, migration);
    record.run(migration.number, migration.name, nowMs);
  }
}

function apply(db: DatabaseSync, { number, name, sql }: Migration): void {
  try {
    db.exec(sql);
  } catch (error) {
    const { code, advice } = adviceFor(error);
    const message = `Cannot open the database ${placeOf(db)}: migration ${number} (${name}) failed and nothing was changed: ${advice}`;
    throw new StoreError(code, message, { cause: error });
  }
}

function refuseForeign(db: DatabaseSync): void {
  const count = db
    .prepare("SELECT count(*) AS tables, sum(name = 'migrations') AS own FROM sqlite_schema")
    .get();
  if (count?.tables === 0 || Number(count?.own) > 0) return;
  throw new StoreError(
    "store_foreign",
    `Cannot open the database ${placeOf(db)}: it is another program's; name another data folder: BELFRY_DATA, or \`folder\` when embedded`,
  );
}

function placeOf(db: DatabaseSync): string {
  return db.location() ?? "in memory";
}
