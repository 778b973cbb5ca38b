import type { DeliveryState, SettledState } from "../../domain/delivery.ts";
import type { ReminderState } from "../../domain/reminder.ts";
import type { Queryable } from "./database.ts";
import type { TransactionLedger } from "./ledger.ts";
import { keyArrays, type ReminderKey } from "./locks.ts";
import { columnsWith, DELIVERY_MOVED, REMINDER_MOVED, storyWith, text, whole } from "./rows.ts";
import { statement } from "./statement.ts";
import { plain, texts } from "./values.ts";

/** A delivery that leaves for the history. */
export interface DeliveryExit {
  tenantId: string;
  deliveryId: string;
  reminderId: string;
  /** The state in which it is. */
  from: DeliveryState;
  state: SettledState;
  reason: string | null;
  /** The last attempt as JSON, null if nothing was tried. */
  attempt: string | null;
  /** Attempts that failed with this one: 0 or 1. */
  failed: number;
  nowMs: number;
}

/** SQL that keeps deliveries which are `gone`, as deleted rows with what has become of them, in the history. */
export const KEEP_DELIVERIES = `INSERT INTO deliveries_history (${DELIVERY_MOVED}, settled_at) SELECT ${columnsWith(
  DELIVERY_MOVED,
  "gone",
  {
    state: "new_state",
    reason: "new_reason",
    attempts: "attempts + failed",
    story: storyWith("story", "attempt"),
  },
)}, settled_at FROM gone`;

const RETIRE_DELIVERIES = statement(
  "retire_deliveries",
  `WITH gone AS (
     DELETE FROM deliveries d USING unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::bigint[])
       AS x (tenant_id, id, new_state, new_reason, attempt, failed, settled_at)
     WHERE d.tenant_id = x.tenant_id AND d.id = x.id RETURNING d.*, x.new_state, x.new_reason, x.attempt, x.failed, x.settled_at)
   ${KEEP_DELIVERIES}`,
);

/** Moves open deliveries; the caller holds their reminders and knows their states. */
export async function retireDeliveries(
  transaction: Queryable,
  exits: readonly DeliveryExit[],
  ledger: TransactionLedger,
): Promise<void> {
  if (exits.length === 0) return;
  await transaction.run(RETIRE_DELIVERIES, [
    texts<DeliveryExit>(({ tenantId }) => tenantId).array(exits),
    texts<DeliveryExit>(({ deliveryId }) => deliveryId).array(exits),
    texts<DeliveryExit>(({ state }) => state).array(exits),
    texts<DeliveryExit>(({ reason }) => reason).array(exits),
    texts<DeliveryExit>(({ attempt }) => attempt).array(exits),
    plain<DeliveryExit>(({ failed }) => failed).array(exits),
    plain<DeliveryExit>(({ nowMs }) => whole(nowMs)).array(exits),
  ]);
  for (const { tenantId, deliveryId, reminderId, from, state, reason, nowMs } of exits) {
    ledger.moved({ tenantId, kind: "delivery", from, to: state });
    ledger.note({ tenantId, reminderId, deliveryId, atMs: nowMs, type: `delivery.${state}`, reason });
  }
}

/**
 * SQL that moves those of the reminders `$1` (tenants) and `$2` (ids) that have nothing left to the history, at `$3`:
 * they are `gone` then, as they were.
 */
export const GONE_REMINDERS = `gone AS (
     DELETE FROM reminders r USING unnest($1::text[], $2::text[]) AS x (tenant_id, id)
     WHERE r.tenant_id = x.tenant_id AND r.id = x.id AND r.next_due IS NULL
       AND NOT EXISTS (SELECT FROM deliveries d WHERE d.tenant_id = r.tenant_id AND d.reminder_id = r.id)
     RETURNING r.*),
   kept AS (INSERT INTO reminders_history (${REMINDER_MOVED}) SELECT ${columnsWith(REMINDER_MOVED, "gone", {
     state: "CASE state WHEN 'cancelled' THEN state ELSE 'finished' END",
     updated_at: "$3::bigint",
   })} FROM gone)`;

const RETIRE_REMINDERS = statement(
  "retire_reminders",
  `WITH ${GONE_REMINDERS}
   SELECT tenant_id, id, state FROM gone`,
);

/**
 * Moves finished reminders whose last delivery has left: nothing to promote, nothing open. Their state
 * becomes `finished` unless they were cancelled. The caller holds their rows.
 */
export async function retireReminders(
  transaction: Queryable,
  reminders: readonly ReminderKey[],
  { ledger, nowMs }: { ledger: TransactionLedger; nowMs: number },
): Promise<void> {
  if (reminders.length === 0) return;
  const rows = await transaction.run(RETIRE_REMINDERS, [...keyArrays(reminders), whole(nowMs)]);
  for (const row of rows) {
    const [tenantId, reminderId] = [text(row, "tenant_id"), text(row, "id")];
    const from = text(row, "state") as ReminderState;
    ledger.moved({ tenantId, kind: "reminder", from, to: from === "cancelled" ? from : "finished" });
    // One that was cancelled has been told of, and one that finished before has only come back for a while.
    if (from !== "active" && from !== "paused") continue;
    const event = { type: "reminder.finished", deliveryId: null, reason: null } as const;
    ledger.note({ tenantId, reminderId, atMs: nowMs, ...event });
  }
}
