import { ConflictError } from "../../domain/errors.ts";
import type { ApiKey, Receipt, TenantRecord } from "../access.ts";
import { decodeCursor } from "../cursor.ts";
import { pageOf } from "../page.ts";
import { staleRevision } from "../stale.ts";
import type { Page, StaleRevision, TenantChange } from "../store.ts";
import type { Database, Queryable, Row } from "./database.ts";
import { insertKey } from "./keys.ts";
import { keepReceipt } from "./receipts.ts";
import { integer, text, whole } from "./rows.ts";
import { statement } from "./statement.ts";
import type { Write } from "./writing.ts";

const COLUMNS = "id, name, time_zone, revision, created_at, updated_at";

const INSERT = statement(
  "create_tenant",
  `INSERT INTO tenants (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING id`,
);
const ENSURE = statement(
  "ensure_tenant",
  `INSERT INTO tenants AS t (${COLUMNS}) VALUES ($1, $1, $2, 1, $3, $3)
   ON CONFLICT (id) DO UPDATE SET time_zone = excluded.time_zone, revision = t.revision + 1, updated_at = excluded.updated_at
   WHERE t.time_zone <> excluded.time_zone`,
);
const ONE = `SELECT ${COLUMNS} FROM tenants WHERE id = $1`;
const FIND = statement("find_tenant", ONE);
const LOCK = statement("lock_tenant", `${ONE} FOR UPDATE`);
const LIST = statement("list_tenants", `SELECT ${COLUMNS} FROM tenants WHERE id > $1 ORDER BY id LIMIT $2`);
const UPDATE = statement(
  "update_tenant",
  "UPDATE tenants SET name = $2, time_zone = $3, revision = $4, updated_at = $5 WHERE id = $1",
);

export async function findTenant(database: Queryable, id: string): Promise<TenantRecord | null> {
  const [row] = await database.run(FIND, [id]);
  return row ? toTenant(row) : null;
}

/** By id. */
export async function listTenants(
  database: Queryable,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<Page<TenantRecord>> {
  const [from = ""] = after === undefined ? [] : decodeCursor("tenants", after, ["string"]);
  const rows = await database.run(LIST, [from, limit + 1]);
  return pageOf(rows, { list: "tenants", limit, toItem: toTenant, placeOf: ({ id }) => [id] });
}

/** Changing who owns data. */
export function createTenantWrites(database: Database, write: Write) {
  return {
    ensure: async ({
      id,
      timeZone,
      nowMs,
    }: {
      id: string;
      timeZone: string;
      nowMs: number;
    }): Promise<void> => {
      await database.write(ENSURE, [id, timeZone, whole(nowMs)]);
    },
    create: (tenant: TenantRecord, key: ApiKey, receipt: Receipt | undefined): Promise<void> =>
      write(async ({ transaction }) => {
        const { id, name, timeZone, revision, createdAtMs, updatedAtMs } = tenant;
        const values = [id, name, timeZone, revision, whole(createdAtMs), whole(updatedAtMs)];
        const inserted = await transaction.run(INSERT, values);
        if (inserted.length === 0) {
          const message = `Cannot create the tenant: there is one with the id "${id}"`;
          throw new ConflictError("tenant_exists", message);
        }
        await keepReceipt(transaction, receipt);
        await insertKey(transaction, key);
        return { result: undefined, nowMs: createdAtMs };
      }),
    update: ({
      id,
      nowMs,
      ifRevision,
      ...change
    }: TenantChange): Promise<TenantRecord | StaleRevision | null> =>
      write<TenantRecord | StaleRevision | null>(async ({ transaction }) => {
        const [row] = await transaction.run(LOCK, [id]);
        if (!row) return { result: null, nowMs };
        const before = toTenant(row);
        const stale = staleRevision(before.revision, ifRevision);
        if (stale) return { result: stale, nowMs };
        const after = { ...before, ...change, revision: before.revision + 1, updatedAtMs: nowMs };
        await transaction.run(UPDATE, [id, after.name, after.timeZone, after.revision, whole(nowMs)]);
        return { result: after, nowMs };
      }),
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
