import type { DatabaseSync } from "node:sqlite";
import { type Delivery, rootOccurrence } from "../../domain/delivery.ts";
import type { ReminderState } from "../../domain/reminder.ts";
import type { Receipt } from "../access.ts";
import { ACKNOWLEDGED, ACKNOWLEDGED_EPOCH } from "../stale.ts";
import type { Acknowledged, Acknowledgement, AcknowledgeRequest } from "../store.ts";
import type { History } from "./history.ts";
import type { Ledger } from "./ledger.ts";
import { DELIVERY_COLUMNS, integer, type Row, text, textOrNull, toDelivery } from "./rows.ts";
import { createRemembering } from "./spent.ts";

interface AcknowledgeParts {
  history: History;
  ledger: Ledger;
  keepReceipt: (receipt: Receipt) => void;
}

/** Acknowledges the occurrence of a delivery; null if there is no such delivery. */
export type Acknowledge = (request: AcknowledgeRequest) => Acknowledged | null;

/** Ends what waits of an occurrence that somebody has acknowledged, on every channel. */
export function createAcknowledge(
  db: DatabaseSync,
  { history, ledger, keepReceipt }: AcknowledgeParts,
): Acknowledge {
  const find = db.prepare(
    `SELECT ${DELIVERY_COLUMNS}, settled_at FROM deliveries_history WHERE tenant_id = ?1 AND id = ?2
     UNION ALL SELECT ${DELIVERY_COLUMNS}, NULL FROM deliveries WHERE tenant_id = ?1 AND id = ?2`,
  );
  const known = db.prepare(
    "SELECT acknowledged_at FROM acknowledgements WHERE tenant_id = ? AND occurrence_id = ?",
  );
  const open = createOpenRead(db);
  const write = createWrite(db, { history, ledger });
  return ({ tenantId, deliveryId, nowMs, receiptOf }) => {
    const row = find.get(tenantId, deliveryId) as Row | undefined;
    if (!row) return null;
    const delivery = toDelivery(row);
    const occurrenceId = rootOccurrence(delivery);
    const before = known.get(tenantId, occurrenceId) as Row | undefined;
    const acknowledgedAtMs = before ? integer(before, "acknowledged_at") : Math.floor(nowMs);
    const rows = before ? [] : open(delivery, occurrenceId);
    const waiting = rows.filter(({ state }) => state !== "leased");
    const leased = rows.filter(({ state }) => state === "leased");
    const told = { cancelled: waiting.length, inFlight: leased.map(({ id }) => id) };
    const result = { delivery, acknowledgedAtMs, isRepeat: before !== undefined, ...told };
    // First, since a job that is refused must not have written anything.
    if (receiptOf) keepReceipt(receiptOf(result));
    if (!before) write(delivery, { waiting, leased, nowMs: acknowledgedAtMs });
    return result;
  };
}

type Open = Delivery & { position: number };

/** What is open of an occurrence and of what repeats it. */
function createOpenRead(db: DatabaseSync) {
  const open = db.prepare(
    `SELECT promoted_order, ${DELIVERY_COLUMNS}, NULL AS settled_at FROM deliveries WHERE tenant_id = ? AND reminder_id = ?`,
  );
  return ({ tenantId, reminderId }: Delivery, occurrenceId: string): Open[] =>
    (open.all(tenantId, reminderId) as Row[])
      .map((row) => ({ ...toDelivery(row), position: integer(row, "promoted_order") }))
      .filter((one) => rootOccurrence(one) === occurrenceId);
}

interface OpenOf {
  waiting: readonly Open[];
  leased: readonly Open[];
  nowMs: number;
}

function createWrite(db: DatabaseSync, { history, ledger }: Omit<AcknowledgeParts, "keepReceipt">) {
  const keep = db.prepare("INSERT INTO acknowledgements VALUES (?, ?, ?, ?, NULL)");
  const tryNoMore = db.prepare(
    `UPDATE deliveries SET epoch = ${ACKNOWLEDGED_EPOCH} WHERE promoted_order = ?`,
  );
  const remember = createRemembering(db);
  const end = createEnd(db, history);
  return (delivery: Delivery, { waiting, leased, nowMs }: OpenOf): void => {
    const { tenantId, id: deliveryId, reminderId } = delivery;
    const occurrenceId = rootOccurrence(delivery);
    keep.run(tenantId, occurrenceId, deliveryId, nowMs);
    // A later change of the reminder must not bring it back.
    remember(tenantId, occurrenceId, nowMs);
    const event = { type: "delivery.acknowledged", reason: null } as const;
    ledger.note({ tenantId, reminderId, deliveryId, atMs: nowMs, ...event });
    for (const { position } of leased) tryNoMore.run(position);
    end(waiting, nowMs);
  };
}

function createEnd(db: DatabaseSync, history: History) {
  const reminder = db.prepare("SELECT state FROM reminders WHERE tenant_id = ? AND id = ?");
  const exit = { state: "cancelled", reason: ACKNOWLEDGED, attempt: null, failed: 0 } as const;
  return (waiting: readonly Open[], nowMs: number): void => {
    for (const { tenantId, id: deliveryId, reminderId, position, state: from } of waiting)
      history.retireDelivery({ tenantId, deliveryId, reminderId, position, from, ...exit, nowMs });
    const [first] = waiting;
    const row = first && (reminder.get(first.tenantId, first.reminderId) as Row | undefined);
    if (!first || !row) return;
    const { tenantId, reminderId } = first;
    history.retireReminder({ tenantId, reminderId, from: text(row, "state") as ReminderState, nowMs });
  };
}

/** Reading acknowledgements, and noting that one was a snooze. */
export function createAcknowledgements(db: DatabaseSync) {
  const find = db.prepare(
    "SELECT delivery_id, acknowledged_at, snooze_id FROM acknowledgements WHERE tenant_id = ? AND occurrence_id = ?",
  );
  const snoozed = db.prepare(
    "UPDATE acknowledgements SET snooze_id = ? WHERE tenant_id = ? AND occurrence_id = ?",
  );
  return {
    find: (tenantId: string, occurrenceIds: readonly string[]): ReadonlyMap<string, Acknowledgement> =>
      new Map(
        occurrenceIds.flatMap((id): [string, Acknowledgement][] => {
          const row = find.get(tenantId, id) as Row | undefined;
          return row ? [[id, toAcknowledgement(row)]] : [];
        }),
      ),
    noteSnooze: (origin: Delivery, snoozeId: string): void => {
      snoozed.run(snoozeId, origin.tenantId, rootOccurrence(origin));
    },
  };
}

function toAcknowledgement(row: Row): Acknowledgement {
  return {
    deliveryId: text(row, "delivery_id"),
    acknowledgedAtMs: integer(row, "acknowledged_at"),
    snoozeId: textOrNull(row, "snooze_id"),
  };
}
