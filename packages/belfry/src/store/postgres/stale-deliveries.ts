import type { DeliveryState } from "../../domain/delivery.ts";
import { lostAttempt } from "../lost-attempt.ts";
import { staleReason } from "../stale.ts";
import type { Queryable, Row } from "./database.ts";
import { type DeliveryExit, retireDeliveries, retireReminders } from "./history.ts";
import { lockReminders } from "./locks.ts";
import { integer, json, text, textOrNull } from "./rows.ts";
import { statement } from "./statement.ts";
import { texts } from "./values.ts";
import type { Write } from "./writing.ts";

/** A delivery whose reminder has moved on without it. */
export interface StaleDelivery {
  tenantId: string;
  deliveryId: string;
  reminderId: string;
}

const STALE = statement(
  "find_stale",
  `SELECT d.tenant_id, d.id, d.reminder_id, d.state, d.story, d.send_at, d.worker, d.epoch, r.state AS r_state
   FROM unnest($1::text[], $2::text[]) AS x (tenant_id, id) JOIN deliveries d ON d.tenant_id = x.tenant_id AND d.id = x.id
   JOIN reminders r ON r.tenant_id = d.tenant_id AND r.id = d.reminder_id
   WHERE d.epoch < r.epoch AND (d.state <> 'leased' OR d.claim_at <= $3) FOR UPDATE OF d`,
);

/** Cancels what is of an older epoch than its reminder. */
export async function retireStale(
  write: Write,
  stale: readonly StaleDelivery[],
  nowMs: number,
): Promise<void> {
  if (stale.length === 0) return;
  await write(async ({ transaction, ledger }) => {
    await lockReminders(transaction, stale);
    const exits = await exitsOf(transaction, stale, nowMs);
    await retireDeliveries(transaction, exits, ledger);
    await retireReminders(transaction, exits, { ledger, nowMs });
    return { result: undefined, nowMs };
  });
}

async function exitsOf(
  transaction: Queryable,
  stale: readonly StaleDelivery[],
  nowMs: number,
): Promise<DeliveryExit[]> {
  const rows = await transaction.run(STALE, [
    texts<StaleDelivery>(({ tenantId }) => tenantId).array(stale),
    texts<StaleDelivery>(({ deliveryId }) => deliveryId).array(stale),
    Math.floor(nowMs),
  ]);
  return rows.map((row) => ({
    tenantId: text(row, "tenant_id"),
    deliveryId: text(row, "id"),
    reminderId: text(row, "reminder_id"),
    from: text(row, "state") as DeliveryState,
    state: "cancelled",
    reason: staleReason(row.r_state, integer(row, "epoch")),
    attempt: lostAttemptOf(row),
    failed: 0,
    nowMs,
  }));
}

/** If a later change wants it again, it comes back as what may have been sent. */
function lostAttemptOf(row: Row): string | null {
  if (row.state !== "leased") return null;
  const delivery = { story: json<[]>(row, "story"), sendAtMs: integer(row, "send_at") };
  return JSON.stringify(lostAttempt(delivery, textOrNull(row, "worker") ?? "unknown"));
}
