import type { Migration } from "./migration.ts";

/** What a change of a tenant may be bound to, as a change of a reminder or an endpoint is. */
export const tenantRevision: Migration = {
  number: 5,
  name: "tenant_revision",
  sql: "ALTER TABLE tenants ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;",
};
