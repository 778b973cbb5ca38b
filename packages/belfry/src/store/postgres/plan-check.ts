import type { Reminder } from "../../domain/reminder.ts";
import type { Queryable } from "./database.ts";
import { TELLING_ANEW } from "./recipients.ts";
import { statement } from "./statement.ts";
import { plain, texts } from "./values.ts";

/**
 * SQL that has recipients' reminders planned anew where one was planned with what its recipient no longer is:
 * changed, or deleted, while the plan was made. It holds the recipients' rows, so that one who is changed at
 * this moment is waited for. Its three parameters begin at `first`.
 */
export function planCheck(first: number): string {
  return `INSERT INTO recipient_changes (tenant_id, recipient_id)
    SELECT DISTINCT x.tenant_id, x.recipient_id
    FROM unnest($${first}::text[], $${first + 1}::text[], $${first + 2}::integer[]) AS x (tenant_id, recipient_id, epoch)
    LEFT JOIN LATERAL (SELECT r.epoch FROM recipients r WHERE r.tenant_id = x.tenant_id AND r.id = x.recipient_id FOR SHARE) AS r ON true
    WHERE r.epoch IS DISTINCT FROM x.epoch ${TELLING_ANEW}`;
}

/** Only what goes to a recipient can be out of step with one. */
export function planCheckParameters(reminders: readonly Reminder[]): string[] {
  // In the order in which whoever writes them holds them, so that no two wait for each other.
  const some = reminders.filter(({ recipientId }) => recipientId !== null).sort(byRecipient);
  return [
    texts<Reminder>(({ tenantId }) => tenantId).array(some),
    texts<Reminder>(({ recipientId }) => recipientId).array(some),
    plain<Reminder>(({ spec }) => spec.planned?.epoch ?? null).array(some),
  ];
}

function byRecipient(a: Reminder, b: Reminder): number {
  const [first, second] = [`${a.tenantId} ${a.recipientId}`, `${b.tenantId} ${b.recipientId}`];
  return first < second ? -1 : Number(first > second);
}

const CHECK = statement("check_plan", planCheck(1));

export async function checkPlan(transaction: Queryable, reminder: Reminder): Promise<void> {
  if (reminder.recipientId !== null) await transaction.run(CHECK, planCheckParameters([reminder]));
}
