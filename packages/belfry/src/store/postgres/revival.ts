import { ConflictError } from "../../domain/errors.ts";
import type { Queryable } from "./database.ts";
import { keyArrays, lockReminders, type ReminderKey } from "./locks.ts";
import { REMINDER_MOVED } from "./rows.ts";
import { statement } from "./statement.ts";

const REVIVE = statement(
  "revive_reminders",
  `WITH back AS (
     DELETE FROM reminders_history h USING unnest($1::text[], $2::text[]) AS x (tenant_id, id)
     WHERE h.tenant_id = x.tenant_id AND h.id = x.id RETURNING h.*)
   INSERT INTO reminders (${REMINDER_MOVED}) SELECT ${REMINDER_MOVED} FROM back`,
);

/** Another may bring one back, and its last delivery leave again, between two statements; hardly twice. */
const MOST_TRIES = 5;

/**
 * Brings reminders back from the history, those that are there, for deliveries that are to be sent once more,
 * and holds the rows of all: one that left meanwhile would leave its delivery behind without a reminder.
 */
export async function reviveReminders(
  transaction: Queryable,
  reminders: readonly ReminderKey[],
): Promise<void> {
  if (reminders.length === 0) return;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    await transaction.run(REVIVE, keyArrays(reminders));
    if ((await lockReminders(transaction, reminders)) === reminders.length) return;
  }
  const message = "Cannot bring the reminder back: others change it at this moment; try again";
  throw new ConflictError("reminder_changed", message);
}

const LOCK_HISTORY = statement(
  "lock_past_reminders",
  `SELECT FROM reminders_history h JOIN unnest($1::text[], $2::text[]) AS x (tenant_id, id)
   ON h.tenant_id = x.tenant_id AND h.id = x.id ORDER BY h.tenant_id, h.id FOR UPDATE OF h`,
);

/** Holds those that have left: of two that bring one back, the second waits for the first. */
export async function lockPastReminders(
  transaction: Queryable,
  reminders: readonly ReminderKey[],
): Promise<void> {
  if (reminders.length > 0) await transaction.run(LOCK_HISTORY, keyArrays(reminders));
}
