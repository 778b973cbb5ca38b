import type { Migration } from "./migration.ts";

/** Where a process has its number, so that one of the same machine sees at once that it has ended. */
export const machines: Migration = {
  number: 10,
  name: "machines",
  worksWith: 8,
  sql: "ALTER TABLE workers ADD COLUMN machine text;",
};
