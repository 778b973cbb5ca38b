import type { DatabaseSync } from "node:sqlite";
import type { Receipt } from "../access.ts";
import type { RingRequest, RingResult } from "../store.ts";
import { createDeliveryInsert } from "./delivery-insert.ts";
import type { Ledger } from "./ledger.ts";
import { createRevival } from "./revival.ts";
import { integer, type Row, text } from "./rows.ts";

/** Adding an occurrence by hand, outside the rule. */
export function createRing(
  db: DatabaseSync,
  { ledger, keepReceipt }: { ledger: Ledger; keepReceipt: (receipt: Receipt) => void },
) {
  const insert = createDeliveryInsert(db, ledger);
  const revive = createRevival(db);
  const isSpent = db.prepare("SELECT 1 FROM sent_keys WHERE tenant_id = ? AND occurrence_id = ?");
  const spend = db.prepare("INSERT INTO sent_keys (tenant_id, occurrence_id, sent_at) VALUES (?, ?, ?)");
  const find = db.prepare(
    `SELECT state, epoch FROM reminders WHERE tenant_id = ?1 AND id = ?2
     UNION ALL SELECT state, epoch FROM reminders_history WHERE tenant_id = ?1 AND id = ?2`,
  );
  return ({ tenantId, reminderId, delivery, nowMs, receiptOf }: RingRequest): RingResult => {
    const row = find.get(tenantId, reminderId) as Row | undefined;
    if (!row) return { kind: "missing" };
    if (row.state === "cancelled") return { kind: "over", state: "cancelled" };
    const rung = { ...delivery, epoch: integer(row, "epoch") };
    // First, since a job that is refused must not have written anything.
    if (receiptOf) keepReceipt(receiptOf(rung));
    // The key rings once, wherever the reminder goes by then.
    if (isSpent.get(tenantId, rung.occurrenceId) !== undefined) return { kind: "rung", delivery: rung };
    if (text(row, "state") === "finished") revive(tenantId, reminderId);
    insert(rung, nowMs);
    spend.run(tenantId, rung.occurrenceId, nowMs);
    return { kind: "rung", delivery: rung };
  };
}
