import type { DatabaseSync } from "node:sqlite";
import { ConflictError } from "../../domain/errors.ts";
import { type ApiKey, RECEIPT_LIFE_MS, type Receipt, type ReceiptKey } from "../access.ts";
import { integer, json, type Row, text } from "./rows.ts";

export type Access = ReturnType<typeof createAccess>;

/** Tenants, keys, and the answers that repeat for one `Idempotency-Key`. */
export function createAccess(db: DatabaseSync) {
  const insertTenant = db.prepare(
    "INSERT INTO tenants (id, time_zone, created_at) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET time_zone = excluded.time_zone",
  );
  const insertKey = db.prepare(
    `INSERT INTO api_keys (tenant_id, id, name, hash, scopes, created_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name, hash = excluded.hash, scopes = excluded.scopes
     ON CONFLICT DO NOTHING`,
  );
  const findKey = db.prepare("SELECT * FROM api_keys WHERE hash = ?");
  return {
    ensureTenant: ({ id, timeZone, nowMs }: { id: string; timeZone: string; nowMs: number }): void => {
      insertTenant.run(id, timeZone, nowMs);
    },
    putKey: (key: ApiKey): void => {
      insertKey.run(key.tenantId, key.id, key.name, key.hash, JSON.stringify(key.scopes), key.createdAtMs);
    },
    findKey: (hash: string): ApiKey | null => {
      const row = findKey.get(hash) as Row | undefined;
      return row ? toKey(row) : null;
    },
    ...createReceipts(db),
  };
}

function toKey(row: Row): ApiKey {
  return {
    tenantId: text(row, "tenant_id"),
    id: text(row, "id"),
    name: text(row, "name"),
    hash: text(row, "hash"),
    scopes: json<ApiKey["scopes"]>(row, "scopes"),
    createdAtMs: integer(row, "created_at"),
  };
}

function createReceipts(db: DatabaseSync) {
  const insert = db.prepare(
    `INSERT INTO idempotency (tenant_id, route, key, fingerprint, status, body, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (tenant_id, route, key) DO UPDATE SET fingerprint = excluded.fingerprint, status = excluded.status,
       body = excluded.body, created_at = excluded.created_at
     WHERE created_at <= excluded.created_at - ${RECEIPT_LIFE_MS}`,
  );
  const find = db.prepare("SELECT * FROM idempotency WHERE tenant_id = ? AND route = ? AND key = ?");
  return {
    keepReceipt: (receipt: Receipt): void => {
      const { tenantId, route, key, fingerprint, status, body, createdAtMs } = receipt;
      if (insert.run(tenantId, route, key, fingerprint, status, body, createdAtMs).changes > 0) return;
      throw new ConflictError(
        "idempotency_conflict",
        "Cannot repeat the request: its Idempotency-Key has just been used",
      );
    },
    findReceipt: ({ tenantId, route, key }: ReceiptKey): Receipt | null => {
      const row = find.get(tenantId, route, key) as Row | undefined;
      if (!row) return null;
      return {
        tenantId,
        route,
        key,
        fingerprint: text(row, "fingerprint"),
        status: integer(row, "status"),
        body: text(row, "body"),
        createdAtMs: integer(row, "created_at"),
      };
    },
  };
}
