import type { Scope } from "../domain/api-key.ts";

/** Who owns data, as it is kept. */
export interface TenantRecord {
  id: string;
  name: string;
  /** The zone of floating rules. */
  timeZone: string;
  /** Counts its changes, from 1. */
  revision: number;
  createdAtMs: number;
  updatedAtMs: number;
}

/** An API key at rest: only its hash is kept. */
export interface ApiKey {
  tenantId: string;
  id: string;
  name: string;
  /** SHA-256 of the key, hexadecimal. */
  hash: string;
  /** The key's last characters; null for one that was not made here. */
  hint: string | null;
  scopes: readonly Scope[];
  createdAtMs: number;
  /** From this instant on it is refused; null: never. */
  expiresAtMs: number | null;
  /** When its use was last noted. */
  lastUsedAtMs: number | null;
}

/** How long the answer to an `Idempotency-Key` is remembered: 24 hours. */
export const RECEIPT_LIFE_MS = 86_400_000;

/** What an `Idempotency-Key` stands for, within its tenant and route. */
export interface ReceiptKey {
  tenantId: string;
  /** Method and path template: `POST /v1/reminders`. */
  route: string;
  key: string;
}

/** The answer to a request with an `Idempotency-Key`; it commits together with the rows it speaks of. */
export interface Receipt extends ReceiptKey {
  /** Hash of the request's body. */
  fingerprint: string;
  status: number;
  /** The answer's body, as it was sent. */
  body: string;
  createdAtMs: number;
}

export interface IdempotencyStore {
  findReceipt(key: ReceiptKey): Promise<Receipt | null>;
}
