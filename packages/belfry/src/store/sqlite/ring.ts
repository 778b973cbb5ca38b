import type { DatabaseSync } from "node:sqlite";
import type { Delivery } from "../../domain/delivery.ts";
import type { Receipt } from "../access.ts";
import type { RingRequest, RingResult } from "../store.ts";
import type { Acknowledge } from "./acknowledge.ts";
import { createDeliveryInsert } from "./delivery-insert.ts";
import type { Ledger } from "./ledger.ts";
import { createRevival } from "./revival.ts";
import { integer, type Row, text } from "./rows.ts";

interface RingParts {
  ledger: Ledger;
  keepReceipt: (receipt: Receipt) => void;
  acknowledge: Acknowledge;
  noteSnooze: (snoozed: Delivery, snoozeId: string) => void;
}

/** Adding an occurrence by hand, outside the rule. */
export function createRing(db: DatabaseSync, { ledger, keepReceipt, acknowledge, noteSnooze }: RingParts) {
  const insert = createDeliveryInsert(db, ledger);
  const revive = createRevival(db);
  const isSpent = db.prepare("SELECT 1 FROM sent_keys WHERE tenant_id = ? AND occurrence_id = ?");
  const spend = db.prepare("INSERT INTO sent_keys (tenant_id, occurrence_id, sent_at) VALUES (?, ?, ?)");
  const find = db.prepare(
    `SELECT state, epoch FROM reminders WHERE tenant_id = ?1 AND id = ?2
     UNION ALL SELECT state, epoch FROM reminders_history WHERE tenant_id = ?1 AND id = ?2`,
  );
  return ({ tenantId, reminderId, deliveries, nowMs, snoozes, receiptOf }: RingRequest): RingResult => {
    const row = find.get(tenantId, reminderId) as Row | undefined;
    if (!row) return { kind: "missing" };
    if (row.state === "cancelled") return { kind: "over", state: "cancelled" };
    const epoch = integer(row, "epoch");
    const rung = deliveries.map((delivery) => ({ ...delivery, epoch }));
    const occurrenceId = rung[0]?.occurrenceId ?? "";
    // First, since a job that is refused must not have written anything.
    if (receiptOf) keepReceipt(receiptOf(rung));
    // The key rings once, wherever the reminder goes by then.
    if (isSpent.get(tenantId, occurrenceId) !== undefined) return { kind: "rung", deliveries: rung };
    if (text(row, "state") === "finished") revive(tenantId, reminderId);
    for (const delivery of rung) insert(delivery, nowMs);
    spend.run(tenantId, occurrenceId, nowMs);
    // Last, so that its reminder does not end in between.
    const snoozed = snoozes === undefined ? null : acknowledge({ tenantId, deliveryId: snoozes, nowMs });
    if (snoozed && rung[0]) noteSnooze(snoozed.delivery, rung[0].id);
    return { kind: "rung", deliveries: rung };
  };
}
