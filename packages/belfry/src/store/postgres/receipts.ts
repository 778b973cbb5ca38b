import { RECEIPT_LIFE_MS, type Receipt, type ReceiptKey } from "../access.ts";
import type { Queryable } from "./database.ts";
import { integer, text } from "./rows.ts";
import { statement } from "./statement.ts";

const COLUMNS = "tenant_id, route, key, fingerprint, status, body, created_at";

/**
 * SQL that keeps a receipt, whose parameters begin at `first`, unless its key has been used within a day:
 * then it gives no row.
 */
export function receiptInsert(first: number): string {
  const at = (index: number) => `$${first + index}`;
  return `INSERT INTO idempotency AS i (${COLUMNS})
    VALUES (${at(0)}::text, ${at(1)}::text, ${at(2)}::text, ${at(3)}::text, ${at(4)}::integer, ${at(5)}::text, ${at(6)}::bigint)
    ON CONFLICT (tenant_id, route, key) DO UPDATE SET fingerprint = excluded.fingerprint, status = excluded.status,
      body = excluded.body, created_at = excluded.created_at
    WHERE i.created_at <= excluded.created_at - ${RECEIPT_LIFE_MS} RETURNING 1`;
}

export function receiptParameters(receipt: Receipt): (string | number)[] {
  const { tenantId, route, key, fingerprint, status, body, createdAtMs } = receipt;
  return [tenantId, route, key, fingerprint, status, body, Math.floor(createdAtMs)];
}

const KEEP = statement(
  "keep_receipt",
  `WITH receipt AS (${receiptInsert(1)}) SELECT refuse('idempotency_conflict') WHERE NOT EXISTS (SELECT FROM receipt)`,
);
const FIND = statement(
  "find_receipt",
  `SELECT ${COLUMNS} FROM idempotency WHERE tenant_id = $1 AND route = $2 AND key = $3`,
);

/** Keeps the answer, if there is one to keep. Rejects with ConflictError `idempotency_conflict`. */
export async function keepReceipt(transaction: Queryable, receipt: Receipt | undefined): Promise<void> {
  if (receipt) await transaction.run(KEEP, receiptParameters(receipt));
}

export async function findReceipt(
  database: Queryable,
  { tenantId, route, key }: ReceiptKey,
): Promise<Receipt | null> {
  const [row] = await database.run(FIND, [tenantId, route, key]);
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
}
