import type { Migration } from "./migration.ts";

/**
 * What a yearly rule rang is remembered by the statement that settles it. With a trigger on the history,
 * SQLite puts every row that moves there into a table of its own first, which cost a settlement a sixth.
 */
export const noTrigger: Migration = {
  number: 4,
  name: "no_trigger",
  sql: "DROP TRIGGER deliveries_history_yearly;",
};
