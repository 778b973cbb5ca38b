import type { DatabaseSync } from "node:sqlite";
import { ConflictError } from "../../domain/errors.ts";
import { RECEIPT_LIFE_MS, type Receipt, type ReceiptKey } from "../access.ts";
import { createKeys } from "./keys.ts";
import { integer, type Row, text } from "./rows.ts";
import { createTenants } from "./tenants.ts";

export type Access = ReturnType<typeof createAccess>;

/** Tenants, keys, and the answers that repeat for one `Idempotency-Key`. */
export function createAccess(db: DatabaseSync) {
  const receipts = createReceipts(db);
  const keys = createKeys(db, receipts.keepReceipt);
  return { ...receipts, keys, tenants: createTenants(db, keys.create) };
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
