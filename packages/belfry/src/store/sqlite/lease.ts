import type { DatabaseSync } from "node:sqlite";
import type { ReminderState } from "../../domain/reminder.ts";
import { lostAttempt } from "../lost-attempt.ts";
import { staleReason } from "../stale.ts";
import type { Claim, ClaimRequest } from "../store.ts";
import type { History } from "./history.ts";
import type { Ledger } from "./ledger.ts";
import { integer, REMINDER_COLUMNS, type Row, text, textOrNull, toDelivery, toReminder } from "./rows.ts";

/** What a lease gives, before it is known whom it is for. */
export type Leased = Omit<Claim, "recipient" | "campaign">;

/** Leases one row to a worker; or cancels it, with null, if its reminder has moved on without it. */
export function createLease(
  db: DatabaseSync,
  history: History,
  ledger: Ledger,
): (row: Row, request: ClaimRequest) => Leased | null {
  const take = createTake(db, ledger);
  return (row, request) => {
    if (integer(row, "epoch") === integer(row, "r_epoch")) return take(row, request);
    const tenantId = text(row, "tenant_id");
    const reminderId = text(row, "reminder_id");
    const delivery = toDelivery(row);
    const inDoubtOf = inDoubt(row);
    history.retireDelivery({
      tenantId,
      deliveryId: delivery.id,
      reminderId,
      position: integer(row, "promoted_order"),
      from: delivery.state,
      state: "cancelled",
      reason: staleReason(row.r_state, integer(row, "epoch")),
      // If a later change wants it again, it comes back as what may have been sent.
      attempt: inDoubtOf === null ? null : JSON.stringify(lostAttempt(delivery, inDoubtOf)),
      failed: 0,
      nowMs: request.nowMs,
    });
    const from = text(row, "r_state") as ReminderState;
    history.retireReminder({ tenantId, reminderId, from, nowMs: request.nowMs });
    return null;
  };
}

function createTake(db: DatabaseSync, ledger: Ledger): (row: Row, request: ClaimRequest) => Leased {
  const lease = db.prepare(
    "UPDATE deliveries SET state = 'leased', worker = ?, fence = ?, claim_at = ? WHERE promoted_order = ?",
  );
  const leaseAgain = db.prepare(
    `UPDATE deliveries SET worker = ?, fence = ?, claim_at = ?, lost_leases = lost_leases + 1,
     story = json_insert(story, '$[#]', json(?)) WHERE promoted_order = ?`,
  );
  return (row, request) => {
    const delivery = toDelivery(row);
    const position = integer(row, "promoted_order");
    const fence = integer(row, "fence") + 1;
    const inDoubtOf = inDoubt(row);
    if (inDoubtOf === null) {
      lease.run(request.worker, fence, request.leaseExpiresAtMs, position);
    } else {
      const lost = lostAttempt(delivery, inDoubtOf);
      leaseAgain.run(request.worker, fence, request.leaseExpiresAtMs, JSON.stringify(lost), position);
      delivery.story = [...delivery.story, lost];
      delivery.lostLeases += 1;
    }
    ledger.moved({ tenantId: delivery.tenantId, kind: "delivery", from: delivery.state, to: "leased" });
    delivery.state = "leased";
    return { delivery, fence, reminder: toReminder(reminderPart(row)), inDoubtOf };
  };
}

/** The worker that holds a row whose lease has ended, else null. */
function inDoubt(row: Row): string | null {
  return text(row, "state") === "leased" ? (textOrNull(row, "worker") ?? "unknown") : null;
}

/** The columns of a reminder, each with the name that it has in a row of both. */
const JOINED_COLUMNS = REMINDER_COLUMNS.split(", ").map((column) => [column, `r_${column}`] as const);

function reminderPart(row: Row): Row {
  const part: Row = {};
  for (const [column, joined] of JOINED_COLUMNS) part[column] = row[joined] ?? null;
  return part;
}
