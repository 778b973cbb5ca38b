import type { FactStore } from "../store.ts";
import type { Database } from "./database.ts";
import { REMINDER_COLUMNS, text, toReminder } from "./rows.ts";
import { statement } from "./statement.ts";

const READ = statement("read_fact", "SELECT value FROM facts WHERE name = $1");
const WRITE = statement(
  "write_fact",
  "INSERT INTO facts (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
);
const FORGET = statement("forget_fact", "DELETE FROM facts WHERE name = $1");
const WALK = statement(
  "walk_reminders",
  `SELECT ${REMINDER_COLUMNS} FROM reminders WHERE (tenant_id, id) > ($1, $2) ORDER BY tenant_id, id LIMIT $3`,
);

/** What the installation knows of itself, and the walk that this is needed for. */
export function factStore(database: Database): FactStore {
  return {
    readFact: async (name) => {
      const [row] = await database.run(READ, [name]);
      return row ? text(row, "value") : null;
    },
    writeFact: async (name, value) => {
      if (value === null) await database.write(FORGET, [name]);
      else await database.write(WRITE, [name, value]);
    },
    walkReminders: async (after, limit) => {
      const rows = await database.run(WALK, [after?.tenantId ?? "", after?.id ?? "", limit]);
      return rows.map((row) => toReminder(row));
    },
  };
}
