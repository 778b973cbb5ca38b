import type { DatabaseSync } from "node:sqlite";
import type { Delivery, DeliveryState } from "../../domain/delivery.ts";
import type { Receipt } from "../access.ts";
import { isRedrivable, redriven } from "../redriven.ts";
import type { RedriveAllRequest, RedriveRequest, RedriveResult } from "../store.ts";
import type { Ledger } from "./ledger.ts";
import { createRetriableRead } from "./retriable.ts";
import { createRevival } from "./revival.ts";
import { columnsWith, DELIVERY_COLUMNS, integer, type Row, toDelivery } from "./rows.ts";

/** Bringing settled deliveries back, and their reminders with them if those have left too. */
export function createRedrive(
  db: DatabaseSync,
  { ledger, keepReceipt }: { ledger: Ledger; keepReceipt: (receipt: Receipt) => void },
) {
  const find = createFind(db);
  const move = createMove(db, ledger);

  return {
    redrive: (request: RedriveRequest): RedriveResult | null => {
      const found = find(request);
      if (found?.kind !== "retriable") return found;
      // First, since a job that is refused must not have written anything.
      if (request.receiptOf) keepReceipt(request.receiptOf(found.delivery));
      move(found.delivery);
      return { kind: "redriven", delivery: found.delivery };
    },
    redriveAll: ({ tenantId, items, nowMs, receiptOf }: RedriveAllRequest): number => {
      const deliveries = items.flatMap((item) => {
        const found = find({ tenantId, nowMs, ...item });
        return found?.kind === "retriable" ? [found.delivery] : [];
      });
      if (receiptOf) keepReceipt(receiptOf(deliveries.length));
      deliveries.forEach(move);
      return deliveries.length;
    },
    findRetriable: createRetriableRead(db),
  };
}

type Found = { kind: "retriable"; delivery: Delivery } | { kind: "refused"; state: DeliveryState };

/** The delivery as it will be; null if it or its reminder is not there. */
function createFind(db: DatabaseSync): (request: RedriveRequest) => Found | null {
  const find = db.prepare(
    `SELECT ${DELIVERY_COLUMNS}, settled_at FROM deliveries_history WHERE tenant_id = ?1 AND id = ?2
     UNION ALL SELECT ${DELIVERY_COLUMNS}, NULL FROM deliveries WHERE tenant_id = ?1 AND id = ?2`,
  );
  const columns = "epoch, json_extract(spec, '$.policy.usefulForMs') AS useful_for";
  const reminder = db.prepare(
    `SELECT ${columns} FROM reminders WHERE tenant_id = ?1 AND id = ?2
     UNION ALL SELECT ${columns} FROM reminders_history WHERE tenant_id = ?1 AND id = ?2`,
  );
  return ({ tenantId, id, nowMs, destination }) => {
    const row = find.get(tenantId, id) as Row | undefined;
    if (!row) return null;
    const settled = toDelivery(row);
    if (!isRedrivable(settled.state)) return { kind: "refused", state: settled.state };
    const spec = reminder.get(tenantId, settled.reminderId) as Row | undefined;
    if (!spec) return null;
    const usefulForMs = integer(spec, "useful_for");
    const epoch = integer(spec, "epoch");
    return { kind: "retriable", delivery: redriven(settled, { nowMs, usefulForMs, epoch, destination }) };
  };
}

/** Moves a delivery from the history to the hot rows, as it is given. */
function createMove(db: DatabaseSync, ledger: Ledger): (delivery: Delivery) => void {
  const columns = columnsWith(DELIVERY_COLUMNS, {
    recipient_id: "?",
    state: "'scheduled'",
    epoch: "?",
    channel: "?",
    target: "?",
    lane: "?",
    send_at: "?",
    expires_at: "?",
    attempts: "0",
    lost_leases: "0",
    reason: "NULL",
    redriven_at: "?",
  });
  const copy = db.prepare(
    `INSERT INTO deliveries (claim_at, ${DELIVERY_COLUMNS}) SELECT ?, ${columns}
     FROM deliveries_history WHERE tenant_id = ? AND id = ?`,
  );
  const forget = db.prepare("DELETE FROM deliveries_history WHERE tenant_id = ? AND id = ? RETURNING state");
  const revive = createRevival(db);
  return (delivery) => {
    const { tenantId, id: deliveryId, reminderId, epoch, lane, channel, target, sendAtMs } = delivery;
    revive(tenantId, reminderId);
    // In the order of the columns.
    const values = [
      delivery.recipientId,
      epoch,
      lane,
      channel,
      target,
      sendAtMs,
      delivery.expiresAtMs,
      sendAtMs,
    ];
    copy.run(sendAtMs, ...values, tenantId, deliveryId);
    const { state } = forget.get(tenantId, deliveryId) as { state: DeliveryState };
    ledger.moved({ tenantId, kind: "delivery", from: state, to: delivery.state });
    ledger.note({
      tenantId,
      reminderId,
      deliveryId,
      atMs: sendAtMs,
      type: "delivery.redriven",
      reason: null,
    });
  };
}
