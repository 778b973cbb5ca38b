import type { ApiKey, Receipt, TenantRecord } from "./access.ts";
import type { Page, PageRequest, StaleRevision } from "./store.ts";

export interface AccessStore {
  /** Creates the tenant, named by its id, if it is absent; else sees to it that it has this zone. */
  ensureTenant(tenant: { id: string; timeZone: string; nowMs: number }): Promise<void>;
  /** Keeps a tenant with its first key. Rejects with ConflictError `tenant_exists` if the id is taken. */
  createTenant(tenant: TenantRecord, key: ApiKey, receipt?: Receipt): Promise<void>;
  findTenant(id: string): Promise<TenantRecord | null>;
  /** By id. */
  listTenants(request: Omit<PageRequest, "tenantId">): Promise<Page<TenantRecord>>;
  /** Replaces what is given, unless the revision is none of those asked for; null if there is none. */
  updateTenant(change: TenantChange): Promise<TenantRecord | StaleRevision | null>;
  /**
   * Keeps a key; one with the same id is replaced, so that its old hash is no longer known, and so is any
   * other key with the same hash.
   */
  putKey(key: ApiKey): Promise<void>;
  createKey(key: ApiKey, receipt?: Receipt): Promise<void>;
  /** The key with this hash, or null. */
  findKey(hash: string): Promise<ApiKey | null>;
  /** By id, the last first: newest first. */
  listKeys(request: PageRequest): Promise<Page<ApiKey>>;
  /** Deletes a key, unless it is the only admin key of its tenant that is in force. */
  revokeKey(request: { tenantId: string; id: string; nowMs: number }): Promise<Revocation>;
  /** Notes that a key has been used. */
  noteKeyUse(use: { tenantId: string; id: string; nowMs: number }): Promise<void>;
}

export type Revocation = "revoked" | "missing" | "last-admin";

export interface TenantChange {
  id: string;
  nowMs: number;
  ifRevision?: readonly number[];
  name?: string;
  timeZone?: string;
}
