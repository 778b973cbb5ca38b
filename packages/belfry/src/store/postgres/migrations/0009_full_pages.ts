import type { Migration } from "./migration.ts";

/**
 * Pages of reminders are filled: a change of one moves its next occurrence, which an index holds, so no change
 * stays in its page, and room that was left for that was a sixth of the table. Those of their keys are filled
 * too, since ids come in the order of their making. What is there already keeps its pages until it is rewritten.
 */
export const fullPages: Migration = {
  number: 9,
  name: "full_pages",
  worksWith: 8,
  sql: `
    ALTER TABLE reminders RESET (fillfactor);
    ALTER INDEX reminders_pkey SET (fillfactor = 100);
  `,
};
