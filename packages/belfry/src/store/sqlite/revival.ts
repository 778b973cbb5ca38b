import type { DatabaseSync } from "node:sqlite";
import { REMINDER_COLUMNS } from "./rows.ts";

/** Brings a reminder back from the history, if it is there, for a delivery that is to be sent once more. */
export function createRevival(db: DatabaseSync): (tenantId: string, id: string) => void {
  const copy = db.prepare(
    `INSERT INTO reminders (${REMINDER_COLUMNS}) SELECT ${REMINDER_COLUMNS}
     FROM reminders_history WHERE tenant_id = ? AND id = ?`,
  );
  const forget = db.prepare("DELETE FROM reminders_history WHERE tenant_id = ? AND id = ?");
  return (tenantId, id) => {
    if (copy.run(tenantId, id).changes > 0) forget.run(tenantId, id);
  };
}
