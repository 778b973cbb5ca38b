import type { ApiKey, Receipt } from "../access.ts";
import { decodeCursor } from "../cursor.ts";
import { pageOf } from "../page.ts";
import type { Page, PageRequest, Revocation } from "../store.ts";
import type { Database, Queryable, Row } from "./database.ts";
import { keepReceipt } from "./receipts.ts";
import { integer, integerOrNull, json, text, textOrNull, whole } from "./rows.ts";
import { statement } from "./statement.ts";
import type { Write } from "./writing.ts";

const COLUMNS = "tenant_id, id, name, hash, hint, scopes, created_at, expires_at, last_used_at";
const VALUES = "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
/** Behind every id. */
const AFTER_ALL = "\u{10ffff}";

const CREATE = statement("create_key", `INSERT INTO api_keys (${COLUMNS}) ${VALUES}`);
const REMOVE_TWIN = statement(
  "remove_twin_key",
  "DELETE FROM api_keys WHERE hash = $1 AND NOT (tenant_id = $2 AND id = $3)",
);
// Another key under the old id is a new key: it was made now and has not been used.
const PUT = statement(
  "put_key",
  `INSERT INTO api_keys AS k (${COLUMNS}) ${VALUES}
   ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name, hash = excluded.hash, hint = excluded.hint,
     scopes = excluded.scopes, expires_at = excluded.expires_at,
     created_at = CASE WHEN k.hash = excluded.hash THEN k.created_at ELSE excluded.created_at END,
     last_used_at = CASE WHEN k.hash = excluded.hash THEN k.last_used_at ELSE excluded.last_used_at END`,
);
const FIND = statement("find_key", `SELECT ${COLUMNS} FROM api_keys WHERE hash = $1`);
const LIST = statement(
  "list_keys",
  `SELECT ${COLUMNS} FROM api_keys WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`,
);
const NOTE_USE = statement(
  "note_key_use",
  "UPDATE api_keys SET last_used_at = $1 WHERE tenant_id = $2 AND id = $3",
);
/** Of two admin keys that are revoked at once, one stays. */
const LOCK_ADMINS = statement(
  "lock_admin_keys",
  `SELECT id FROM api_keys WHERE tenant_id = $1 AND scopes LIKE '%"admin"%' AND (expires_at IS NULL OR expires_at > $2)
   ORDER BY id FOR UPDATE`,
);
const REVOKE = statement("revoke_key", "DELETE FROM api_keys WHERE tenant_id = $1 AND id = $2 RETURNING id");

/** The key with this hash, or null. */
export async function findKey(database: Queryable, hash: string): Promise<ApiKey | null> {
  const [row] = await database.run(FIND, [hash]);
  return row ? toKey(row) : null;
}

/** By id, the last first: newest first. */
export async function listKeys(
  database: Queryable,
  { tenantId, after, limit }: PageRequest,
): Promise<Page<ApiKey>> {
  const [before = AFTER_ALL] = after === undefined ? [] : decodeCursor("keys", after, ["string"]);
  const rows = await database.run(LIST, [tenantId, before, limit + 1]);
  return pageOf(rows, { list: "keys", limit, toItem: toKey, placeOf: ({ id }) => [id] });
}

export async function insertKey(transaction: Queryable, key: ApiKey): Promise<void> {
  await transaction.run(CREATE, valuesOf(key));
}

/** Changing API keys, of which only the hashes are kept. */
export function createKeyWrites(database: Database, write: Write) {
  return {
    create: (key: ApiKey, receipt: Receipt | undefined): Promise<void> =>
      write(async ({ transaction }) => {
        await keepReceipt(transaction, receipt);
        await insertKey(transaction, key);
        return { result: undefined, nowMs: key.createdAtMs };
      }),
    put: (key: ApiKey): Promise<void> =>
      write(async ({ transaction }) => {
        await transaction.run(REMOVE_TWIN, [key.hash, key.tenantId, key.id]);
        await transaction.run(PUT, valuesOf(key));
        return { result: undefined, nowMs: key.createdAtMs };
      }),
    revoke: ({ tenantId, id, nowMs }: { tenantId: string; id: string; nowMs: number }): Promise<Revocation> =>
      write(async ({ transaction }) => {
        const admins = await transaction.run(LOCK_ADMINS, [tenantId, whole(nowMs)]);
        if (admins.length === 1 && admins[0]?.id === id) return { result: "last-admin", nowMs };
        const revoked = await transaction.run(REVOKE, [tenantId, id]);
        return { result: revoked.length > 0 ? "revoked" : "missing", nowMs };
      }),
    noteUse: async ({
      tenantId,
      id,
      nowMs,
    }: {
      tenantId: string;
      id: string;
      nowMs: number;
    }): Promise<void> => {
      await database.write(NOTE_USE, [whole(nowMs), tenantId, id]);
    },
  };
}

function valuesOf(key: ApiKey): unknown[] {
  const { tenantId, id, name, hash, hint, scopes, createdAtMs, expiresAtMs, lastUsedAtMs } = key;
  const times = [createdAtMs, expiresAtMs, lastUsedAtMs].map((ms) => (ms === null ? null : whole(ms)));
  return [tenantId, id, name, hash, hint, JSON.stringify(scopes), ...times];
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
