import type { DatabaseSync } from "node:sqlite";
import type { ReminderState } from "../../domain/reminder.ts";
import type { CampaignKeep, CampaignKeeping, Kept } from "../store.ts";
import { createBasisCheck } from "./campaign-basis.ts";
import { createDeliveryInsert } from "./delivery-insert.ts";
import type { History } from "./history.ts";
import { createInsert } from "./insert.ts";
import type { Ledger } from "./ledger.ts";
import { REMINDER_COLUMNS, type Row, reminderValues, text } from "./rows.ts";
import { createSpent } from "./spent.ts";

/** Stores the reminders that campaigns keep, each if there is none and it is still what its campaign wants. */
export function createKeepReminders(
  db: DatabaseSync,
  { history, ledger }: { history: History; ledger: Ledger },
): (keeping: CampaignKeeping) => Kept[] {
  const isStill = createBasisCheck(db);
  const known = db.prepare("SELECT 1 FROM reminders WHERE tenant_id = ? AND id = ?");
  const forget = db.prepare("DELETE FROM reminders_history WHERE tenant_id = ? AND id = ? RETURNING state");
  const insert = createInsert(db, "reminders", REMINDER_COLUMNS);
  const insertDelivery = createDeliveryInsert(db, ledger);
  const spent = createSpent(db);

  const keepOne = (
    { basis, reminder, deliveries }: CampaignKeep,
    { tenantId, spentFromMs, nowMs }: CampaignKeeping,
  ): Kept => {
    const { id: reminderId, state } = reminder;
    if (!isStill(tenantId, basis)) return "moved";
    if (known.get(tenantId, reminderId) !== undefined) return "known";
    const past = forget.get(tenantId, reminderId) as Row | undefined;
    if (past) {
      spent.remember({ tenantId, reminderId, dueFromMs: spentFromMs });
      ledger.moved({ tenantId, kind: "reminder", from: text(past, "state") as ReminderState, to: null });
    }
    insert([reminderValues(reminder)]);
    ledger.moved({ tenantId, kind: "reminder", from: null, to: state });
    const event = { type: "reminder.accepted", deliveryId: null, reason: null } as const;
    ledger.note({ tenantId, reminderId, atMs: nowMs, ...event });
    for (const delivery of deliveries) insertDelivery(delivery, nowMs);
    // All that it was to ring may have been sent before.
    history.retireReminder({ tenantId, reminderId, from: state, nowMs });
    return "kept";
  };
  return (keeping) => keeping.keeps.map((keep) => keepOne(keep, keeping));
}
