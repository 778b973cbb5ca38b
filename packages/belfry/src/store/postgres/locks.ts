import type { Queryable } from "./database.ts";
import { statement } from "./statement.ts";
import { texts } from "./values.ts";

/** Names a reminder. */
export interface ReminderKey {
  tenantId: string;
  reminderId: string;
}

const LOCK = statement(
  "lock_reminders",
  `SELECT FROM reminders r JOIN unnest($1::text[], $2::text[]) AS x (tenant_id, id) ON r.tenant_id = x.tenant_id AND r.id = x.id
   ORDER BY r.tenant_id, r.id FOR UPDATE OF r`,
);

/**
 * Whatever may end a reminder, or make something of one, holds its row first, in the order of the ids: of
 * two that settle its last deliveries at once, the second sees what the first has done, and no two wait
 * for each other. Resolves with how many there are.
 */
export async function lockReminders(
  transaction: Queryable,
  reminders: readonly ReminderKey[],
): Promise<number> {
  if (reminders.length === 0) return 0;
  return (await transaction.run(LOCK, keyArrays(reminders))).length;
}

/** Their names as two parameters. */
export function keyArrays(reminders: readonly ReminderKey[]): [string, string] {
  return [
    texts<ReminderKey>(({ tenantId }) => tenantId).array(reminders),
    texts<ReminderKey>(({ reminderId }) => reminderId).array(reminders),
  ];
}
