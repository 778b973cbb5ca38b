import type { DatabaseSync } from "node:sqlite";
import type { Receipt } from "../access.ts";
import type { RingRequest, RingResult } from "../store.ts";
import { createDeliveryInsert } from "./delivery-insert.ts";
import type { NoteEvent } from "./events.ts";
import { createRevival } from "./revival.ts";
import { integer, type Row, text } from "./rows.ts";

/** Adding an occurrence by hand, outside the rule. */
export function createRing(
  db: DatabaseSync,
  { note, keepReceipt }: { note: NoteEvent; keepReceipt: (receipt: Receipt) => void },
) {
  const insert = createDeliveryInsert(db, note);
  const revive = createRevival(db);
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
    if (text(row, "state") === "finished") revive(tenantId, reminderId);
    insert(rung, nowMs);
    return { kind: "rung", delivery: rung };
  };
}
