import type { DatabaseSync } from "node:sqlite";
import type { DeliveryState, SettledState } from "../../domain/delivery.ts";
import type { ReminderState } from "../../domain/reminder.ts";
import type { Ledger } from "./ledger.ts";
import { columnsWith, DELIVERY_COLUMNS, REMINDER_COLUMNS, storyWith } from "./rows.ts";

/** The way from the hot tables to the history; runs inside the caller's transaction. */
export interface History {
  /**
   * Moves a finished reminder whose last delivery has left: nothing to promote, nothing open. Its state
   * becomes `finished` unless it was cancelled. Does nothing otherwise.
   */
  retireReminder(exit: ReminderExit): void;
  /** Moves one open delivery. */
  retireDelivery(exit: DeliveryExit): void;
}

export interface ReminderExit {
  tenantId: string;
  reminderId: string;
  /** The state in which it is. */
  from: ReminderState;
  nowMs: number;
}

export interface DeliveryExit {
  tenantId: string;
  deliveryId: string;
  reminderId: string;
  /** Its `promoted_order`, the shortest way to its row. */
  position: number;
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
    retireReminder: ({ tenantId, reminderId, from, nowMs }) => {
      if (reminder.copy.run(nowMs, tenantId, reminderId).changes === 0) return;
      reminder.remove.run(tenantId, reminderId);
      ledger.moved({ tenantId, kind: "reminder", from, to: from === "cancelled" ? from : "finished" });
      // One that was cancelled has been told of, and one that finished before has only come back for a while.
      if (from !== "active" && from !== "paused") return;
      const event = { type: "reminder.finished", deliveryId: null, reason: null } as const;
      ledger.note({ tenantId, reminderId, atMs: nowMs, ...event });
    },
    retireDelivery: (exit) => {
      const { tenantId, deliveryId, reminderId, position, from, state, reason, nowMs } = exit;
      delivery.copy.run(state, exit.failed, exit.attempt, reason, nowMs, position);
      delivery.remove.run(position);
      ledger.moved({ tenantId, kind: "delivery", from, to: state });
      ledger.note({ tenantId, reminderId, deliveryId, atMs: nowMs, type: `delivery.${state}`, reason });
    },
  };
}

function prepareReminderMove(db: DatabaseSync) {
  const columns = columnsWith(REMINDER_COLUMNS, {
    state: "CASE state WHEN 'cancelled' THEN state ELSE 'finished' END",
    updated_at: "?1",
  });
  return {
    copy: db.prepare(
      `INSERT INTO reminders_history (${REMINDER_COLUMNS}) SELECT ${columns} FROM reminders
       WHERE tenant_id = ?2 AND id = ?3 AND next_due IS NULL
       AND NOT EXISTS (SELECT 1 FROM deliveries WHERE tenant_id = ?2 AND reminder_id = ?3)`,
    ),
    remove: db.prepare("DELETE FROM reminders WHERE tenant_id = ? AND id = ?"),
  };
}

function prepareDeliveryMove(db: DatabaseSync) {
  const columns = columnsWith(DELIVERY_COLUMNS, {
    state: "?1",
    attempts: "attempts + ?2",
    story: storyWith("?3"),
    reason: "?4",
  });
  return {
    copy: db.prepare(
      `INSERT INTO deliveries_history (${DELIVERY_COLUMNS}, settled_at)
       SELECT ${columns}, ?5 FROM deliveries WHERE promoted_order = ?6`,
    ),
    remove: db.prepare("DELETE FROM deliveries WHERE promoted_order = ?"),
  };
}
