import type { RingRequest, RingResult } from "../store.ts";
import { acknowledge, noteSnooze } from "./acknowledge.ts";
import { insertDeliveries } from "./delivery-insert.ts";
import { lockReminders } from "./locks.ts";
import { type Notices, tellDue } from "./notices.ts";
import { keepReceipt } from "./receipts.ts";
import { lockPastReminders, reviveReminders } from "./revival.ts";
import { integer } from "./rows.ts";
import { rememberSent } from "./spent.ts";
import { statement } from "./statement.ts";
import type { Write, Writing } from "./writing.ts";

const FIND = statement(
  "find_ringing",
  `SELECT state, epoch FROM reminders WHERE tenant_id = $1 AND id = $2
   UNION ALL SELECT state, epoch FROM reminders_history WHERE tenant_id = $1 AND id = $2`,
);
const IS_SPENT = statement("is_spent", "SELECT FROM sent_keys WHERE tenant_id = $1 AND occurrence_id = $2");

/** Adds occurrences by hand, outside the rule. */
export function createRing(write: Write, notices: Notices) {
  return (request: RingRequest): Promise<RingResult> =>
    write(async (writing) => ({ result: await ring(writing, request, notices), nowMs: request.nowMs }));
}

async function ring(writing: Writing, request: RingRequest, notices: Notices): Promise<RingResult> {
  const { transaction, ledger } = writing;
  const { tenantId, reminderId, deliveries, nowMs, receiptOf } = request;
  const key = { tenantId, reminderId };
  await lockPastReminders(transaction, [key]);
  await lockReminders(transaction, [key]);
  const [row] = await transaction.run(FIND, [tenantId, reminderId]);
  if (!row) return { kind: "missing" };
  if (row.state === "cancelled") return { kind: "over", state: "cancelled" };
  const epoch = integer(row, "epoch");
  const rung = deliveries.map((delivery) => ({ ...delivery, epoch }));
  const occurrenceId = rung[0]?.occurrenceId ?? "";
  await keepReceipt(transaction, receiptOf?.(rung));
  // The key rings once, wherever the reminder goes by then.
  const spent = await transaction.run(IS_SPENT, [tenantId, occurrenceId]);
  if (spent.length > 0) return { kind: "rung", deliveries: rung };
  if (row.state === "finished") await reviveReminders(transaction, [key]);
  await insertDeliveries(transaction, rung, { ledger, nowMs });
  await rememberSent(transaction, [{ tenantId, occurrenceId, sentAtMs: nowMs }]);
  await tellDue(transaction, notices, { deliveries: rung, nowMs });
  await acknowledgeSnoozed(writing, request, notices);
  return { kind: "rung", deliveries: rung };
}

/** After what it is snoozed to is there, so that its reminder does not end in between. */
async function acknowledgeSnoozed(
  writing: Writing,
  { tenantId, deliveries, snoozes, nowMs }: RingRequest,
  notices: Notices,
): Promise<void> {
  const [first] = deliveries;
  if (snoozes === undefined || !first) return;
  const acknowledged = await acknowledge(writing, { tenantId, deliveryId: snoozes, nowMs }, notices);
  if (acknowledged) await noteSnooze(writing.transaction, acknowledged.delivery, first.id);
}
