import type { DatabaseSync } from "node:sqlite";
import type { Attempt, DeliveryState } from "../../domain/delivery.ts";
import type { Claim, ClaimRequest } from "../store.ts";
import { staleReason } from "./cancel.ts";
import type { History } from "./history.ts";
import type { Ledger } from "./ledger.ts";
import { integer, REMINDER_COLUMNS, type Row, text, textOrNull, toDelivery, toReminder } from "./rows.ts";

/** Leases one row to a worker; or cancels it, with null, if its reminder has moved on without it. */
export function createLease(
  db: DatabaseSync,
  history: History,
  ledger: Ledger,
): (row: Row, request: ClaimRequest) => Claim | null {
  const take = createTake(db, ledger);
  return (row, request) => {
    if (integer(row, "epoch") === integer(row, "r_epoch")) return take(row, request);
    const tenantId = text(row, "tenant_id");
    const reminderId = text(row, "reminder_id");
    history.retireDelivery({
      tenantId,
      deliveryId: text(row, "id"),
      reminderId,
      from: text(row, "state") as DeliveryState,
      state: "cancelled",
      reason: staleReason(row.r_state),
      attempt: null,
      failed: 0,
      nowMs: request.nowMs,
    });
    history.retireReminder(tenantId, reminderId, request.nowMs);
    return null;
  };
}

function createTake(db: DatabaseSync, ledger: Ledger): (row: Row, request: ClaimRequest) => Claim {
  const lease = db.prepare(
    "UPDATE deliveries SET state = 'leased', worker = ?, fence = ?, claim_at = ? WHERE tenant_id = ? AND id = ?",
  );
  const leaseAgain = db.prepare(
    `UPDATE deliveries SET worker = ?, fence = ?, claim_at = ?, lost_leases = lost_leases + 1,
     story = json_insert(story, '$[#]', json(?)) WHERE tenant_id = ? AND id = ?`,
  );
  return (row, request) => {
    const delivery = toDelivery(row);
    const { tenantId, id } = delivery;
    const fence = integer(row, "fence") + 1;
    const inDoubtOf = delivery.state === "leased" ? (textOrNull(row, "worker") ?? "unknown") : null;
    if (inDoubtOf === null) {
      lease.run(request.worker, fence, request.leaseExpiresAtMs, tenantId, id);
    } else {
      const lost = lostAttempt(delivery.story.length + 1, inDoubtOf, delivery.sendAtMs);
      leaseAgain.run(request.worker, fence, request.leaseExpiresAtMs, JSON.stringify(lost), tenantId, id);
      delivery.story.push(lost);
      delivery.lostLeases += 1;
    }
    ledger.moved({ tenantId, kind: "delivery", from: delivery.state, to: "leased" });
    delivery.state = "leased";
    return { delivery, fence, reminder: toReminder(reminderPart(row)), inDoubtOf };
  };
}

/** The trace of a worker that ended without a word. */
function lostAttempt(number: number, worker: string, startedAtMs: number): Attempt {
  const error = "the worker ended without a word; it may have sent this";
  return { number, worker, startedAtMs, durationMs: 0, outcome: "in-doubt", error };
}

function reminderPart(row: Row): Row {
  const part: Row = {};
  for (const column of REMINDER_COLUMNS.split(", ")) part[column] = row[`r_${column}`] ?? null;
  return part;
}
