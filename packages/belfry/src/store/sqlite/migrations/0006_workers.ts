import type { Migration } from "./migration.ts";

/** Who works on the database, as `belfry workers` shows it. */
export const workers: Migration = {
  number: 6,
  name: "workers",
  sql: `
    ALTER TABLE workers ADD COLUMN roles TEXT NOT NULL DEFAULT '["api","scheduler","worker"]';
    ALTER TABLE workers ADD COLUMN host TEXT NOT NULL DEFAULT '';
    ALTER TABLE workers ADD COLUMN pid INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE workers ADD COLUMN version TEXT NOT NULL DEFAULT '';
    ALTER TABLE workers ADD COLUMN partition TEXT;
    ALTER TABLE workers ADD COLUMN started_at INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE workers ADD COLUMN holding TEXT;
    ALTER TABLE workers ADD COLUMN left_at INTEGER;
    UPDATE workers SET left_at = seen_at;
  `,
};
