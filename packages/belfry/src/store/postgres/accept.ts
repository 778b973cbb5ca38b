import type { Receipt } from "../access.ts";
import type { Acceptance } from "../store.ts";
import type { Database } from "./database.ts";
import { LEDGER_WIDTH, ledgerInsert, TransactionLedger } from "./ledger.ts";
import { type Notices, soonOf } from "./notices.ts";
import { planCheck, planCheckParameters } from "./plan-check.ts";
import { receiptInsert, receiptParameters } from "./receipts.ts";
import { DELIVERIES, REMINDERS } from "./rows.ts";
import { statement } from "./statement.ts";

const REMINDERS_AT = 1;
const DELIVERIES_AT = REMINDERS_AT + REMINDERS.width;
const LEDGER_AT = DELIVERIES_AT + DELIVERIES.width;
const NOTICE_AT = LEDGER_AT + LEDGER_WIDTH;
const PLAN_AT = NOTICE_AT + 2;
const RECEIPT_AT = PLAN_AT + 3;

/** All in one statement, which is a transaction: nothing is asked for in between. */
const INSERTS = `reminder AS (INSERT INTO reminders (${REMINDERS.columns}) SELECT * FROM ${REMINDERS.unnest(REMINDERS_AT)}),
  delivery AS (INSERT INTO deliveries (${DELIVERIES.columns}, claim_at, fence)
    SELECT x.*, x.send_at, 0 FROM ${DELIVERIES.unnest(DELIVERIES_AT)}),
  checked AS (${planCheck(PLAN_AT)}),
  told AS (${ledgerInsert(LEDGER_AT)})`;
const NOTICE = `SELECT pg_notify($${NOTICE_AT}, $${NOTICE_AT + 1}) WHERE $${NOTICE_AT + 1}::text IS NOT NULL`;

const ACCEPT = statement("accept", `WITH ${INSERTS} ${NOTICE}`);
const ACCEPT_ONCE = statement(
  "accept_once",
  `WITH receipt AS (${receiptInsert(RECEIPT_AT)}), ${INSERTS} ${NOTICE}
   UNION ALL SELECT refuse('idempotency_conflict') WHERE NOT EXISTS (SELECT FROM receipt)`,
);

/** Stores new reminders, with the deliveries of what is due soon. */
export function createAccept(database: Database, notices: Notices, onEvents: () => void) {
  return async (batch: readonly Acceptance[], receipt?: Receipt): Promise<void> => {
    const nowMs = receipt?.createdAtMs ?? batch[0]?.reminder.createdAtMs ?? 0;
    const deliveries = batch.flatMap((acceptance) => acceptance.deliveries);
    const soonMs = soonOf(notices, deliveries, nowMs);
    const values = [
      ...REMINDERS.parameters(batch.map(({ reminder }) => reminder)),
      ...DELIVERIES.parameters(deliveries),
      ...ledgerOf(batch).parameters(nowMs),
      notices.dueChannel,
      soonMs === null ? null : String(soonMs),
      ...planCheckParameters(batch.map(({ reminder }) => reminder)),
    ];
    if (receipt) await database.write(ACCEPT_ONCE, [...values, ...receiptParameters(receipt)]);
    else await database.write(ACCEPT, values);
    if (batch.length > 0) onEvents();
  };
}

function ledgerOf(batch: readonly Acceptance[]): TransactionLedger {
  const ledger = new TransactionLedger();
  for (const { reminder, deliveries } of batch) {
    const { tenantId, id: reminderId, createdAtMs: atMs } = reminder;
    const nothing = { deliveryId: null, reason: null };
    ledger.moved({ tenantId, kind: "reminder", from: null, to: reminder.state });
    ledger.note({ tenantId, reminderId, atMs, type: "reminder.accepted", ...nothing });
    for (const { id: deliveryId, state } of deliveries) {
      ledger.moved({ tenantId, kind: "delivery", from: null, to: state });
      ledger.note({ tenantId, reminderId, deliveryId, atMs, type: "delivery.scheduled", reason: null });
    }
  }
  return ledger;
}
