import type { DatabaseSync } from "node:sqlite";
import { ConflictError } from "../../domain/errors.ts";
import type { ApiKey, Receipt, TenantRecord } from "../access.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import type { Page, TenantChange } from "../store.ts";
import { integer, type Row, text } from "./rows.ts";

const COLUMNS = "id, name, time_zone, created_at, updated_at";

type CreateKey = (key: ApiKey, receipt: Receipt | undefined) => void;

/** Who owns data. */
export function createTenants(db: DatabaseSync, createKey: CreateKey) {
  const insert = db.prepare(`INSERT INTO tenants (${COLUMNS}) VALUES (?, ?, ?, ?, ?)`);
  const ensure = db.prepare(
    `INSERT INTO tenants (${COLUMNS}) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET time_zone = excluded.time_zone, updated_at = excluded.updated_at
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
      const { id, name, timeZone, createdAtMs, updatedAtMs } = tenant;
      if (findOne(id)) {
        throw new ConflictError(
          "tenant_exists",
          `Cannot create the tenant: there is one with the id "${id}"`,
        );
      }
      createKey(key, receipt);
      insert.run(id, name, timeZone, createdAtMs, updatedAtMs);
    },
    find: findOne,
    list: ({ after, limit }: { after: string | undefined; limit: number }): Page<TenantRecord> => {
      const [from = ""] = after === undefined ? [] : decodeCursor(after, ["string"]);
      const rows = list.all(from, limit + 1) as Row[];
      const items = rows.slice(0, limit).map(toTenant);
      const last = items.at(-1);
      return { items, nextCursor: rows.length > limit && last ? encodeCursor([last.id]) : undefined };
    },
    update: createUpdate(db, findOne),
  };
}

function createUpdate(db: DatabaseSync, find: (id: string) => TenantRecord | null) {
  const update = db.prepare("UPDATE tenants SET name = ?, time_zone = ?, updated_at = ? WHERE id = ?");
  return ({ id, nowMs, ...change }: TenantChange): TenantRecord | null => {
    const before = find(id);
    if (!before) return null;
    const after = { ...before, ...change, updatedAtMs: nowMs };
    update.run(after.name, after.timeZone, nowMs, id);
    return after;
  };
}

function toTenant(row: Row): TenantRecord {
  return {
    id: text(row, "id"),
    name: text(row, "name"),
    timeZone: text(row, "time_zone"),
    createdAtMs: integer(row, "created_at"),
    updatedAtMs: integer(row, "updated_at"),
  };
}
