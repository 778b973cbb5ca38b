import { type Delivery, rootOccurrence } from "../../domain/delivery.ts";
import { ACKNOWLEDGED, ACKNOWLEDGED_EPOCH } from "../stale.ts";
import type { Acknowledged, Acknowledgement, AcknowledgeRequest } from "../store.ts";
import type { Queryable, Row } from "./database.ts";
import { findDelivery } from "./deliveries.ts";
import { retireDeliveries, retireReminders } from "./history.ts";
import { lockReminders } from "./locks.ts";
import { type Notices, tellChanged } from "./notices.ts";
import { keepReceipt } from "./receipts.ts";
import { DELIVERY_COLUMNS, integer, text, textOrNull, toDelivery, whole } from "./rows.ts";
import { rememberSent } from "./spent.ts";
import { statement } from "./statement.ts";
import { textArray } from "./values.ts";
import type { Write, Writing } from "./writing.ts";

const KNOWN = statement(
  "find_acknowledgement",
  "SELECT acknowledged_at FROM acknowledgements WHERE tenant_id = $1 AND occurrence_id = $2",
);
const KEEP = statement("keep_acknowledgement", "INSERT INTO acknowledgements VALUES ($1, $2, $3, $4, NULL)");
const OPEN = statement(
  "lock_open_for_acknowledgement",
  `SELECT ${DELIVERY_COLUMNS}, NULL::bigint AS settled_at FROM deliveries WHERE tenant_id = $1 AND reminder_id = $2 ORDER BY id FOR UPDATE`,
);
const TRY_NO_MORE = statement(
  "try_acknowledged_no_more",
  `UPDATE deliveries SET epoch = ${ACKNOWLEDGED_EPOCH} WHERE tenant_id = $1 AND id = ANY($2::text[])`,
);

/** Ends what waits of an occurrence that somebody has acknowledged, on every channel. */
export function createAcknowledge(write: Write, notices: Notices) {
  return (request: AcknowledgeRequest): Promise<Acknowledged | null> =>
    write(async (writing) => ({
      result: await acknowledge(writing, request, notices),
      nowMs: request.nowMs,
    }));
}

/** The same within a transaction; it holds the reminder from then on. */
export async function acknowledge(
  writing: Writing,
  { tenantId, deliveryId, nowMs, receiptOf }: AcknowledgeRequest,
  notices: Notices,
): Promise<Acknowledged | null> {
  const { transaction } = writing;
  const delivery = await findDelivery(transaction, tenantId, deliveryId);
  if (!delivery) return null;
  const { reminderId } = delivery;
  await lockReminders(transaction, [{ tenantId, reminderId }]);
  const occurrenceId = rootOccurrence(delivery);
  const [before] = await transaction.run(KNOWN, [tenantId, occurrenceId]);
  const acknowledgedAtMs = before ? integer(before, "acknowledged_at") : whole(nowMs);
  const open = before ? [] : await openOf(transaction, delivery, occurrenceId);
  const waiting = open.filter(({ state }) => state !== "leased");
  const inFlight = open.filter(({ state }) => state === "leased").map(({ id }) => id);
  const told = { cancelled: waiting.length, inFlight };
  const result = { delivery, acknowledgedAtMs, isRepeat: before !== undefined, ...told };
  await keepReceipt(transaction, receiptOf?.(result));
  if (before) return result;
  await keep(writing, delivery, acknowledgedAtMs);
  await tryNoMore(transaction, notices, { delivery, inFlight });
  await end(writing, waiting, { delivery, nowMs: acknowledgedAtMs });
  return result;
}

async function openOf(
  transaction: Queryable,
  { tenantId, reminderId }: Delivery,
  occurrenceId: string,
): Promise<Delivery[]> {
  const rows: Row[] = await transaction.run(OPEN, [tenantId, reminderId]);
  return rows.map(toDelivery).filter((one) => rootOccurrence(one) === occurrenceId);
}

async function keep({ transaction, ledger }: Writing, delivery: Delivery, nowMs: number): Promise<void> {
  const { tenantId, reminderId, id: deliveryId } = delivery;
  const occurrenceId = rootOccurrence(delivery);
  await transaction.run(KEEP, [tenantId, occurrenceId, deliveryId, nowMs]);
  // A later change of the reminder must not bring it back.
  await rememberSent(transaction, [{ tenantId, occurrenceId, sentAtMs: nowMs }]);
  ledger.note({ tenantId, reminderId, deliveryId, atMs: nowMs, type: "delivery.acknowledged", reason: null });
}

/** Whoever holds some of it and has not begun to send gives it back. */
async function tryNoMore(
  transaction: Queryable,
  notices: Notices,
  { delivery, inFlight }: { delivery: Delivery; inFlight: readonly string[] },
): Promise<void> {
  if (inFlight.length === 0) return;
  await transaction.run(TRY_NO_MORE, [delivery.tenantId, textArray(inFlight)]);
  await tellChanged(transaction, notices, delivery);
}

async function end(
  { transaction, ledger }: Writing,
  waiting: readonly Delivery[],
  { delivery, nowMs }: { delivery: Delivery; nowMs: number },
): Promise<void> {
  const { tenantId, reminderId } = delivery;
  const exit = { state: "cancelled", reason: ACKNOWLEDGED, attempt: null, failed: 0, nowMs } as const;
  const exits = waiting.map(({ id, state: from }) => ({
    tenantId,
    deliveryId: id,
    reminderId,
    from,
    ...exit,
  }));
  await retireDeliveries(transaction, exits, ledger);
  await retireReminders(transaction, [{ tenantId, reminderId }], { ledger, nowMs });
}

const NOTE_SNOOZE = statement(
  "note_snooze",
  "UPDATE acknowledgements SET snooze_id = $3 WHERE tenant_id = $1 AND occurrence_id = $2",
);

/** Notes that an acknowledgement was a snooze. */
export async function noteSnooze(transaction: Queryable, snoozed: Delivery, snoozeId: string): Promise<void> {
  await transaction.run(NOTE_SNOOZE, [snoozed.tenantId, rootOccurrence(snoozed), snoozeId]);
}

const FIND = statement(
  "find_acknowledgements",
  `SELECT a.occurrence_id, a.delivery_id, a.acknowledged_at, a.snooze_id FROM unnest($2::text[]) AS x (id)
   JOIN acknowledgements a ON a.tenant_id = $1 AND a.occurrence_id = x.id`,
);

export async function findAcknowledgements(
  database: Queryable,
  tenantId: string,
  occurrenceIds: readonly string[],
): Promise<ReadonlyMap<string, Acknowledgement>> {
  const rows = await database.run(FIND, [tenantId, textArray(occurrenceIds)]);
  return new Map(rows.map((row) => [text(row, "occurrence_id"), toAcknowledgement(row)]));
}

function toAcknowledgement(row: Row): Acknowledgement {
  return {
    deliveryId: text(row, "delivery_id"),
    acknowledgedAtMs: integer(row, "acknowledged_at"),
    snoozeId: textOrNull(row, "snooze_id"),
  };
}
