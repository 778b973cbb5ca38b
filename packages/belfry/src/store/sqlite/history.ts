import type { DatabaseSync } from "node:sqlite";
import type { DeliveryState, SettledState } from "../../domain/delivery.ts";
import type { ReminderState } from "../../domain/reminder.ts";
import type { Ledger } from "./ledger.ts";
import { columnsWith, DELIVERY_COLUMNS, REMINDER_COLUMNS } from "./rows.ts";

/** The way from the hot tables to the history; runs inside the caller's transaction. */
export interface History {
  /**
   * Moves a finished reminder whose last delivery has left: nothing to promote, nothing open. Its state
   * becomes `finished` unless it was cancelled. Does nothing otherwise.
   */
  retireReminder(tenantId: string, reminderId: string, nowMs: number): void;
  /** Moves one open delivery, whatever its state; false if it is not there. */
  retireDelivery(exit: DeliveryExit): boolean;
}

export interface DeliveryExit {
  tenantId: string;
  deliveryId: string;
  reminderId: string;
  /** The state in which it is. */
  from: DeliveryState;
  state: SettledState;
  reason: string | null;
  /** JSON of the attempt that ended it, or null. */
  attempt: string | null;
  /** 1 if that attempt counts as failed. */
  failed: 0 | 1;
  nowMs: number;
}

export function createHistory(db: DatabaseSync, ledger: Ledger): History {
  const reminder = prepareReminderMove(db);
  const delivery = prepareDeliveryMove(db);
  return {
    retireReminder: (tenantId, reminderId, nowMs) => {
      if (reminder.copy.run(nowMs, tenantId, reminderId, tenantId, reminderId).changes === 0) return;
      const { state } = reminder.state.get(tenantId, reminderId) as { state: ReminderState };
      reminder.remove.run(tenantId, reminderId);
      const to = state === "cancelled" ? state : "finished";
      ledger.moved({ tenantId, kind: "reminder", from: state, to });
      // One that was cancelled has been told of, and one that finished before has only come back for a while.
      if (state !== "active" && state !== "paused") return;
      const event = { type: "reminder.finished", deliveryId: null, reason: null } as const;
      ledger.note({ tenantId, reminderId, atMs: nowMs, ...event });
    },
    retireDelivery: (exit) => {
      const { tenantId, deliveryId, reminderId, from, state, reason, nowMs } = exit;
      const copied = delivery.copy.run(
        state,
        exit.failed,
        exit.attempt,
        exit.attempt,
        reason,
        nowMs,
        tenantId,
        deliveryId,
      );
      if (copied.changes === 0) return false;
      delivery.remove.run(tenantId, deliveryId);
      ledger.moved({ tenantId, kind: "delivery", from, to: state });
      ledger.note({ tenantId, reminderId, deliveryId, atMs: nowMs, type: `delivery.${state}`, reason });
      return true;
    },
  };
}

function prepareReminderMove(db: DatabaseSync) {
  const columns = columnsWith(REMINDER_COLUMNS, {
    state: "CASE state WHEN 'cancelled' THEN state ELSE 'finished' END",
    updated_at: "?",
  });
  return {
    copy: db.prepare(
      `INSERT INTO reminders_history (${REMINDER_COLUMNS}, recipient_id) SELECT ${columns}, recipient_id FROM reminders
       WHERE tenant_id = ? AND id = ? AND next_due IS NULL
       AND NOT EXISTS (SELECT 1 FROM deliveries WHERE tenant_id = ? AND reminder_id = ?)`,
    ),
    // A look before costs a third of what RETURNING does.
    state: db.prepare("SELECT state FROM reminders WHERE tenant_id = ? AND id = ?"),
    remove: db.prepare("DELETE FROM reminders WHERE tenant_id = ? AND id = ?"),
  };
}

function prepareDeliveryMove(db: DatabaseSync) {
  const columns = columnsWith(DELIVERY_COLUMNS, {
    state: "?",
    attempts: "attempts + ?",
    story: "CASE WHEN ? IS NULL THEN story ELSE json_insert(story, '$[#]', json(?)) END",
    reason: "?",
  });
  return {
    copy: db.prepare(
      `INSERT INTO deliveries_history (${DELIVERY_COLUMNS}, settled_at, recipient_epoch)
       SELECT ${columns}, ?, recipient_epoch FROM deliveries WHERE tenant_id = ? AND id = ?`,
    ),
    remove: db.prepare("DELETE FROM deliveries WHERE tenant_id = ? AND id = ?"),
  };
}
