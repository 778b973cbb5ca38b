import type { DatabaseSync } from "node:sqlite";
import type { Reminder } from "../../domain/reminder.ts";
import type { FactName, ReminderPlace } from "../store.ts";
import { REMINDER_COLUMNS, type Row, text, toReminder } from "./rows.ts";

/** What the installation knows of itself, and the walk that this is needed for. */
export function createFacts(db: DatabaseSync) {
  const read = db.prepare("SELECT value FROM facts WHERE name = ?");
  const write = db.prepare(
    "INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
  );
  const forget = db.prepare("DELETE FROM facts WHERE name = ?");
  const walk = db.prepare(
    `SELECT ${REMINDER_COLUMNS} FROM reminders WHERE (tenant_id, id) > (?1, ?2) ORDER BY tenant_id, id LIMIT ?3`,
  );
  return {
    read: (name: FactName): string | null => {
      const row = read.get(name) as Row | undefined;
      return row ? text(row, "value") : null;
    },
    write: (name: FactName, value: string | null): void => {
      if (value === null) forget.run(name);
      else write.run(name, value);
    },
    walk: (after: ReminderPlace | null, limit: number): Reminder[] =>
      (walk.all(after?.tenantId ?? "", after?.id ?? "", limit) as Row[]).map(toReminder),
  };
}
