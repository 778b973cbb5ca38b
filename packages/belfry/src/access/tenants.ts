import { isDeepStrictEqual } from "node:util";
import { ConflictError } from "../domain/errors.ts";
import type { Receipt, TenantRecord } from "../store/access.ts";
import type { StaleRevision } from "../store/store.ts";
import type { Callers } from "./callers.ts";
import { type AccessDeps, type IssuedKey, newIssuedKey } from "./keys.ts";

/** A tenant that is asked for. */
export interface TenantRequest {
  /** Left out, one is made. */
  id?: string;
  name: string;
  timeZone: string;
}

/** A new tenant, and the admin key that its people begin with. */
export interface CreatedTenant {
  tenant: TenantRecord;
  adminKey: IssuedKey;
}

export interface TenantPatch {
  name?: string;
  timeZone?: string;
}

/** Makes tenants and changes them. */
export type Tenants = ReturnType<typeof createTenants>;

export function createTenants(deps: AccessDeps, callers: Pick<Callers, "forget">) {
  const { store, clock, ids, operator } = deps;
  return {
    /** @throws ConflictError `tenant_exists` */
    create: async (
      request: TenantRequest,
      receiptOf?: (created: CreatedTenant) => Receipt,
    ): Promise<CreatedTenant> => {
      const { id = ids.next("tnt"), name, timeZone } = request;
      const nowMs = Math.floor(clock.now());
      const tenant = { id, name, timeZone, revision: 1, createdAtMs: nowMs, updatedAtMs: nowMs };
      const adminKey = newIssuedKey(deps, id, { name: "admin", scopes: ["admin"], expiresAtMs: null });
      const created = { tenant, adminKey };
      await store.createTenant(tenant, adminKey.key, receiptOf?.(created));
      return created;
    },

    /**
     * Replaces what is given, unless the condition fails; in this process it counts at once. What is that way
     * already is left alone. Null if there is none.
     *
     * @throws ConflictError `time_zone_set` for the zone of the installation's own tenant
     */
    update: async (
      id: string,
      patch: TenantPatch,
      condition: { ifRevision?: readonly number[] } = {},
    ): Promise<TenantRecord | StaleRevision | null> => {
      if (id === operator.tenantId && patch.timeZone !== undefined) throw zoneIsSet();
      const before = await store.findTenant(id);
      const isAllowed = before && condition.ifRevision?.includes(before.revision) !== false;
      if (isAllowed && isDeepStrictEqual({ ...before, ...patch }, before)) return before;
      const nowMs = Math.floor(clock.now());
      const tenant = await store.updateTenant({ id, ...patch, ...condition, nowMs });
      callers.forget(id);
      return tenant;
    },
  };
}

function zoneIsSet(): ConflictError {
  return new ConflictError(
    "time_zone_set",
    "Cannot change the time zone: that of the installation's own tenant is a setting; set BELFRY_TIME_ZONE and " +
      "start again",
  );
}
