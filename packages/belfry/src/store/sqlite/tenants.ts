import type { DatabaseSync } from "node:sqlite";
import { ConflictError } from "../../domain/errors.ts";
import type { ApiKey, Receipt, TenantRecord } from "../access.ts";
import { decodeCursor } from "../cursor.ts";
import { pageOf } from "../page.ts";
import { staleRevision } from "../stale.ts";
import type { Page, StaleRevision, TenantChange } from "../store.ts";
import { integer, type Row, text } from "./rows.ts";

const COLUMNS = "id, name, time_zone, revision, created_at, updated_at";

type CreateKey = (key: ApiKey, receipt: Receipt | undefined) => void;

/** Who owns data. */
export function createTenants(db: DatabaseSync, createKey: CreateKey) {
  const insert = db.prepare(`INSERT INTO tenants (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)`);
  const ensure = db.prepare(
    `INSERT INTO tenants (${COLUMNS}) VALUES (?, ?, ?, 1, ?, ?)
     ON CONFLICT (id) DO UPDATE
     SET time_zone = excluded.time_zone, revision = revision + 1, updated_at = excluded.updated_at
     WHERE time_zone <> excluded.time_zone`,
  );
  const find = db.prepare(`SELECT ${COLUMNS} FROM tenants WHERE id = ?`);
  const list = db.prepare(`SELECT ${COLUMNS} FROM tenants WHERE id > ? ORDER BY id LIMIT ?`);

  const findOne = (id: string): TenantRecord | null => {
    const row = find.get(id) as Row | undefined;
    return row ? toTenant(row) : null;
  };

  return {
    ensure: ({ id, timeZone, nowMs }: { id: string; timeZone: string; nowMs: number }): void => {
      ensure.run(id, id, timeZone, nowMs, nowMs);
    },
    create: (tenant: TenantRecord, key: ApiKey, receipt: Receipt | undefined): void => {
      const { id, name, timeZone, revision, createdAtMs, updatedAtMs } = tenant;
      if (findOne(id)) {
        throw new ConflictError(
          "tenant_exists",
          `Cannot create the tenant: there is one with the id "${id}"`,
        );
      }
      createKey(key, receipt);
      insert.run(id, name, timeZone, revision, createdAtMs, updatedAtMs);
    },
    find: findOne,
    list: ({ after, limit }: { after: string | undefined; limit: number }): Page<TenantRecord> => {
      const [from = ""] = after === undefined ? [] : decodeCursor("tenants", after, ["string"]);
      const rows = list.all(from, limit + 1) as Row[];
      return pageOf(rows, { list: "tenants", limit, toItem: toTenant, placeOf: ({ id }) => [id] });
    },
    update: createUpdate(db, findOne),
  };
}

function createUpdate(db: DatabaseSync, find: (id: string) => TenantRecord | null) {
  const update = db.prepare(
    "UPDATE tenants SET name = ?, time_zone = ?, revision = ?, updated_at = ? WHERE id = ?",
  );
  return ({ id, nowMs, ifRevision, ...change }: TenantChange): TenantRecord | StaleRevision | null => {
    const before = find(id);
    if (!before) return null;
    const stale = staleRevision(before.revision, ifRevision);
    if (stale) return stale;
    const after = { ...before, ...change, revision: before.revision + 1, updatedAtMs: nowMs };
    update.run(after.name, after.timeZone, after.revision, nowMs, id);
    return after;
  };
}

function toTenant(row: Row): TenantRecord {
  return {
    id: text(row, "id"),
    name: text(row, "name"),
    timeZone: text(row, "time_zone"),
    revision: integer(row, "revision"),
    createdAtMs: integer(row, "created_at"),
    updatedAtMs: integer(row, "updated_at"),
  };
}
