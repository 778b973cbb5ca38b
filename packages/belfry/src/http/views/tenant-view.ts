import type { CreatedTenant } from "../../access/tenants.ts";
import type { TenantRecord } from "../../store/access.ts";
import { formatInstant } from "../../time/instant.ts";
import type { CreatedTenantResource, TenantResource } from "../schemas/tenant.ts";
import { issuedKeyResource } from "./key-view.ts";

/** A tenant as the API shows it. */
export function tenantResource(tenant: TenantRecord): TenantResource {
  return {
    id: tenant.id,
    name: tenant.name,
    timeZone: tenant.timeZone,
    revision: tenant.revision,
    createdAt: formatInstant(tenant.createdAtMs),
    updatedAt: formatInstant(tenant.updatedAtMs),
  };
}

/** A new tenant, with its first key, which is shown this once. */
export function createdTenantResource({ tenant, adminKey }: CreatedTenant): CreatedTenantResource {
  return { ...tenantResource(tenant), adminKey: issuedKeyResource(adminKey) };
}
