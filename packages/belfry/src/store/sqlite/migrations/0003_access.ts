import type { Migration } from "./migration.ts";

/** What managing tenants and keys needs. Tenants that are there already are named by their ids. */
export const access: Migration = {
  number: 3,
  name: "access",
  sql: `
    ALTER TABLE tenants ADD COLUMN name TEXT NOT NULL DEFAULT '';
    ALTER TABLE tenants ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
    UPDATE tenants SET name = id, updated_at = created_at;

    ALTER TABLE api_keys ADD COLUMN hint TEXT;
    ALTER TABLE api_keys ADD COLUMN expires_at INTEGER;
    ALTER TABLE api_keys ADD COLUMN last_used_at INTEGER;
  `,
};
