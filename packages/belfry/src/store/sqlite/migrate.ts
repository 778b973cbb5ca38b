import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "../../domain/errors.ts";
import { first } from "./migrations/0001_first.ts";
import { changes } from "./migrations/0002_changes.ts";
import { access } from "./migrations/0003_access.ts";
import type { Migration } from "./migrations/migration.ts";

/** Every migration, in order. */
export const MIGRATIONS: readonly Migration[] = [first, changes, access];

/**
 * Brings the database to the newest schema. All steps run in one transaction that also is the lock: a
 * failed step leaves the database as it was, and two processes cannot migrate at once.
 *
 * @throws StoreError `store_newer` if a newer Belfry has migrated it already
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
    db.exec("ROLLBACK");
    throw error;
  }
}

function applyMissing(db: DatabaseSync, nowMs: number, migrations: readonly Migration[]): void {
  db.exec(
    "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT",
  );
  const row = db.prepare("SELECT coalesce(max(number), 0) AS applied FROM migrations").get();
  const applied = Number(row?.applied);
  const newest = migrations.at(-1)?.number ?? 0;
  if (applied > newest) {
    throw new StoreError(
      "store_newer",
      `Cannot open the database: it has migration ${applied}, and this Belfry knows only ${newest}; use the newer Belfry`,
    );
  }
  const record = db.prepare("INSERT INTO migrations (number, name, applied_at) VALUES (?, ?, ?)");
  for (const migration of migrations.filter((candidate) => candidate.number > applied)) {
    db.exec(migration.sql);
    record.run(migration.number, migration.name, nowMs);
  }
}
