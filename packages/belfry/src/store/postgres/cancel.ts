import type { DeliveryState } from "../../domain/delivery.ts";
import { revisionOf } from "../../domain/reminder.ts";
import { CANCELLED, staleRevision } from "../stale.ts";
import type { CancelRequest, CancelResult, StaleRevision } from "../store.ts";
import { holdBases } from "./campaign-basis.ts";
import { retireDeliveries, retireReminders } from "./history.ts";
import { lockReminders } from "./locks.ts";
import { type Notices, tellChanged } from "./notices.ts";
import { findReminder } from "./reminders.ts";
import { text, whole } from "./rows.ts";
import { statement } from "./statement.ts";
import type { Write, Writing } from "./writing.ts";

const END = statement(
  "cancel_reminder",
  `UPDATE reminders SET state = 'cancelled', next_due = NULL, next_occurrence = NULL, epoch = epoch + 1,
   version = version + 1, updated_at = $1 WHERE tenant_id = $2 AND id = $3 AND state <> 'cancelled' RETURNING id`,
);
/** Those that are being claimed at this moment are waited for: they are in flight then. */
const OPEN = statement(
  "lock_open_deliveries",
  "SELECT id, state FROM deliveries WHERE tenant_id = $1 AND reminder_id = $2 ORDER BY id FOR UPDATE",
);

/** Ends a reminder and all that waits for it; what is leased stays until its worker settles it. */
export function createCancel(write: Write, notices: Notices) {
  return (request: CancelRequest): Promise<CancelResult | StaleRevision | null> =>
    write(async (writing) => ({ result: await cancel(writing, request, notices), nowMs: request.nowMs }));
}

async function cancel(
  { transaction, ledger }: Writing,
  request: CancelRequest,
  notices: Notices,
): Promise<CancelResult | StaleRevision | null> {
  const { tenantId, id: reminderId, nowMs, ifRevision, basis, reason = CANCELLED } = request;
  const held = basis && (await holdBases(transaction, tenantId, [basis]));
  await lockReminders(transaction, [{ tenantId, reminderId }]);
  const before = await findReminder(transaction, tenantId, reminderId);
  if (!before) return null;
  const revision = revisionOf(before.reminder);
  const stale = staleRevision(revision, ifRevision);
  if (stale) return stale;
  if (held?.size === 0) return { kind: "stale", revision };
  const ended = await transaction.run(END, [whole(nowMs), tenantId, reminderId]);
  if (ended.length > 0) {
    ledger.moved({ tenantId, kind: "reminder", from: before.reminder.state, to: "cancelled" });
    const why = { deliveryId: null, reason: request.reason ?? null };
    ledger.note({ tenantId, reminderId, atMs: nowMs, type: "reminder.cancelled", ...why });
  }
  const open = await transaction.run(OPEN, [tenantId, reminderId]);
  const waiting = open.filter((row) => row.state !== "leased");
  const exit = { state: "cancelled", reason, attempt: null, failed: 0, nowMs } as const;
  const exits = waiting.map((row) => ({
    tenantId,
    deliveryId: text(row, "id"),
    reminderId,
    from: text(row, "state") as DeliveryState,
    ...exit,
  }));
  await retireDeliveries(transaction, exits, ledger);
  const inFlight = open.filter((row) => row.state === "leased").map((row) => text(row, "id"));
  if (inFlight.length > 0) await tellChanged(transaction, notices, { tenantId, reminderId });
  await retireReminders(transaction, [{ tenantId, reminderId }], { ledger, nowMs });
  const view = await findReminder(transaction, tenantId, reminderId);
  return view && { kind: "cancelled", view, cancelled: exits.length, inFlight };
}
