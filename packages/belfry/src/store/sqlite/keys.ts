import type { DatabaseSync } from "node:sqlite";
import type { ApiKey, Receipt } from "../access.ts";
import { decodeCursor } from "../cursor.ts";
import { pageOf } from "../page.ts";
import type { Page, PageRequest, Revocation } from "../store.ts";
import { integer, integerOrNull, json, type Row, text, textOrNull } from "./rows.ts";

const COLUMNS = "tenant_id, id, name, hash, hint, scopes, created_at, expires_at, last_used_at";
/** Whether a row is an admin key that is in force; takes the present. */
const IS_ADMIN =
  "EXISTS (SELECT 1 FROM json_each(scopes) WHERE value = 'admin') AND (expires_at IS NULL OR expires_at > ?)";
/** Behind every id. */
const AFTER_ALL = "\u{10ffff}";

/** API keys, of which only the hashes are kept. */
export function createKeys(db: DatabaseSync, keepReceipt: (receipt: Receipt) => void) {
  const insert = db.prepare(`INSERT INTO api_keys (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const findByHash = db.prepare(`SELECT ${COLUMNS} FROM api_keys WHERE hash = ?`);
  const list = db.prepare(
    `SELECT ${COLUMNS} FROM api_keys WHERE tenant_id = ? AND id < ? ORDER BY id DESC LIMIT ?`,
  );
  const use = db.prepare("UPDATE api_keys SET last_used_at = ? WHERE tenant_id = ? AND id = ?");
  return {
    create: (key: ApiKey, receipt: Receipt | undefined): void => {
      if (receipt) keepReceipt(receipt);
      insert.run(...valuesOf(key));
    },
    put: createPut(db),
    find: (hash: string): ApiKey | null => {
      const row = findByHash.get(hash) as Row | undefined;
      return row ? toKey(row) : null;
    },
    list: ({ tenantId, after, limit }: PageRequest): Page<ApiKey> => {
      const [before = AFTER_ALL] = after === undefined ? [] : decodeCursor("keys", after, ["string"]);
      const rows = list.all(tenantId, before, limit + 1) as Row[];
      return pageOf(rows, { list: "keys", limit, toItem: toKey, placeOf: ({ id }) => [id] });
    },
    revoke: createRevoke(db),
    noteUse: ({ tenantId, id, nowMs }: { tenantId: string; id: string; nowMs: number }): void => {
      use.run(nowMs, tenantId, id);
    },
  };
}

function createPut(db: DatabaseSync): (key: ApiKey) => void {
  const removeTwin = db.prepare("DELETE FROM api_keys WHERE hash = ? AND NOT (tenant_id = ? AND id = ?)");
  // Another key under the old id is a new key: it was made now and has not been used.
  const put = db.prepare(
    `INSERT INTO api_keys (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name, hash = excluded.hash, hint = excluded.hint,
       scopes = excluded.scopes, expires_at = excluded.expires_at,
       created_at = iif(hash = excluded.hash, created_at, excluded.created_at),
       last_used_at = iif(hash = excluded.hash, last_used_at, excluded.last_used_at)`,
  );
  return (key) => {
    removeTwin.run(key.hash, key.tenantId, key.id);
    put.run(...valuesOf(key));
  };
}

function createRevoke(db: DatabaseSync) {
  const find = db.prepare(`SELECT ${IS_ADMIN} AS is_admin FROM api_keys WHERE tenant_id = ? AND id = ?`);
  const findOther = db.prepare(
    `SELECT 1 FROM api_keys WHERE tenant_id = ? AND id <> ? AND ${IS_ADMIN} LIMIT 1`,
  );
  const remove = db.prepare("DELETE FROM api_keys WHERE tenant_id = ? AND id = ?");
  return ({ tenantId, id, nowMs }: { tenantId: string; id: string; nowMs: number }): Revocation => {
    const row = find.get(nowMs, tenantId, id);
    if (!row) return "missing";
    if (row.is_admin === 1 && !findOther.get(tenantId, id, nowMs)) return "last-admin";
    remove.run(tenantId, id);
    return "revoked";
  };
}

function valuesOf(key: ApiKey): (string | number | null)[] {
  return [
    key.tenantId,
    key.id,
    key.name,
    key.hash,
    key.hint,
    JSON.stringify(key.scopes),
    key.createdAtMs,
    key.expiresAtMs,
    key.lastUsedAtMs,
  ];
}

function toKey(row: Row): ApiKey {
  return {
    tenantId: text(row, "tenant_id"),
    id: text(row, "id"),
    name: text(row, "name"),
    hash: text(row, "hash"),
    hint: textOrNull(row, "hint"),
    scopes: json<ApiKey["scopes"]>(row, "scopes"),
    createdAtMs: integer(row, "created_at"),
    expiresAtMs: integerOrNull(row, "expires_at"),
    lastUsedAtMs: integerOrNull(row, "last_used_at"),
  };
}
