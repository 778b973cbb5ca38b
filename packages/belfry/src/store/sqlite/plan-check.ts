import type { DatabaseSync } from "node:sqlite";
import type { Reminder } from "../../domain/reminder.ts";
import type { Row } from "./rows.ts";

/**
 * Has a recipient's reminders planned anew if this one was planned with what the recipient no longer is: it
 * was changed, or deleted, while the plan was made.
 */
export function createPlanCheck(db: DatabaseSync): (reminder: Reminder) => void {
  const find = db.prepare("SELECT epoch FROM recipients WHERE tenant_id = ? AND id = ?");
  const tell = db.prepare("INSERT OR REPLACE INTO recipient_changes (tenant_id, recipient_id) VALUES (?, ?)");
  return ({ tenantId, recipientId, spec }) => {
    if (recipientId === null) return;
    const recipient = find.get(tenantId, recipientId) as Row | undefined;
    if (recipient?.epoch !== spec.planned?.epoch) tell.run(tenantId, recipientId);
  };
}
