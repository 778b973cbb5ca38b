import { hashOfKey, hintOfKey, type Scope } from "../domain/api-key.ts";
import { ConflictError } from "../domain/errors.ts";
import type { IdSource } from "../domain/ids.ts";
import type { Operator } from "../domain/operator.ts";
import type { ApiKey, Receipt } from "../store/access.ts";
import type { AccessStore } from "../store/store.ts";
import type { Callers } from "./callers.ts";

/** A key that is asked for. */
export interface KeyRequest {
  name: string;
  scopes: readonly Scope[];
  /** To come; null: the key does not expire. */
  expiresAtMs: number | null;
}

/** A new key, with what its bearer is to send: nobody sees that again. */
export interface IssuedKey {
  key: ApiKey;
  secret: string;
}

/** What keys and tenants are managed with. */
export interface AccessDeps {
  store: Pick<AccessStore, "createKey" | "revokeKey" | "createTenant" | "findTenant" | "updateTenant">;
  clock: { now(): number };
  ids: IdSource;
  /** A fresh random key. */
  newKey: () => string;
  operator: Operator;
}

/** Makes keys and ends them. */
export type Keys = ReturnType<typeof createKeys>;

export function createKeys(deps: AccessDeps, callers: Pick<Callers, "forget">) {
  const { store, clock, operator } = deps;
  return {
    /** Makes a key for a tenant that exists. */
    issue: async (
      tenantId: string,
      request: KeyRequest,
      receiptOf?: (key: ApiKey) => Receipt,
    ): Promise<IssuedKey> => {
      const issued = newIssuedKey(deps, tenantId, request);
      await store.createKey(issued.key, receiptOf?.(issued.key));
      return issued;
    },

    /**
     * Ends a key, in this process at once. False if there is none.
     *
     * @throws ConflictError `installation_key`, `last_admin_key`
     */
    revoke: async (tenantId: string, id: string): Promise<boolean> => {
      if (tenantId === operator.tenantId && id === operator.keyId) throw installationKey();
      const revocation = await store.revokeKey({ tenantId, id, nowMs: clock.now() });
      if (revocation === "last-admin") throw lastAdminKey();
      callers.forget(tenantId, id);
      return revocation === "revoked";
    },
  };
}

/** A key as it will be kept, and the secret of which it keeps the hash. */
export function newIssuedKey(
  { clock, ids, newKey }: Pick<AccessDeps, "clock" | "ids" | "newKey">,
  tenantId: string,
  { name, scopes, expiresAtMs }: KeyRequest,
): IssuedKey {
  const secret = newKey();
  const createdAtMs = Math.floor(clock.now());
  const key: ApiKey = {
    tenantId,
    id: ids.next("key"),
    name,
    hash: hashOfKey(secret),
    hint: hintOfKey(secret),
    scopes,
    createdAtMs,
    expiresAtMs,
    lastUsedAtMs: null,
  };
  return { key, secret };
}

function installationKey(): ConflictError {
  return new ConflictError(
    "installation_key",
    "Cannot revoke the key: it is the installation's own, which its settings hold; to change it, set another " +
      "BELFRY_ADMIN_KEY, or delete admin.key in the data folder, and start again",
  );
}

function lastAdminKey(): ConflictError {
  return new ConflictError(
    "last_admin_key",
    "Cannot revoke the key: it is the tenant's last admin key; create another one first",
  );
}
