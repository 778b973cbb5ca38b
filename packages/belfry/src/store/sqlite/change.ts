import type { DatabaseSync } from "node:sqlite";
import type { Delivery, DeliveryState } from "../../domain/delivery.ts";
import type { Reminder, ReminderState } from "../../domain/reminder.ts";
import type { Occurrence } from "../../time/schedule.ts";
import type { Receipt } from "../access.ts";
import type { ChangeOutcome, ReminderChange, ReminderChanged } from "../store.ts";
import { createDeliveryInsert } from "./delivery-insert.ts";
import type { History } from "./history.ts";
import type { Ledger } from "./ledger.ts";
import { integer, json, occurrenceText, type Row, text } from "./rows.ts";
import { createSpent } from "./spent.ts";

/** What a change makes of the rows that are open. */
interface Sorted {
  /** In a worker's hands. */
  leased: Row[];
  /** Waiting, and to wait on. */
  kept: Kept[];
  /** Waiting, and to do so no more. */
  withdrawn: Row[];
  /** Not there yet. */
  fresh: Delivery[];
}

interface Kept {
  /** As it shall wait. */
  wanted: Delivery;
  /** Whether its instant is a new one. */
  moves: boolean;
}

/** Replaces reminders, and what waits of them, in one commit. */
export function createChange(
  db: DatabaseSync,
  {
    history,
    ledger,
    keepReceipt,
  }: { history: History; ledger: Ledger; keepReceipt: (receipt: Receipt) => void },
) {
  const version = db.prepare("SELECT version, state FROM reminders WHERE tenant_id = ? AND id = ?");
  const open = db.prepare(
    `SELECT promoted_order, id, occurrence_id, state, kind, story, occurrence, redriven_at FROM deliveries
     WHERE tenant_id = ? AND reminder_id = ?`,
  );
  const spent = createSpent(db);
  const write = createWrite(db, { history, ledger });

  return (change: ReminderChange): ChangeOutcome => {
    const { tenantId, id } = change.reminder;
    const found = version.get(tenantId, id) as Row | undefined;
    if (found === undefined || integer(found, "version") !== change.fromVersion) return { kind: "conflict" };
    const rows = open.all(tenantId, id) as Row[];
    const occurrenceIds = change.deliveries.map((delivery) => delivery.occurrenceId);
    const { spentFromMs: dueFromMs } = change;
    const gone = spent.find({ tenantId, reminderId: id, dueFromMs, occurrenceIds });
    const sorted = sort(rows, change, gone);
    const result = resultOf(change, sorted);
    // First, since a job that is refused must not have written anything.
    if (change.receiptOf) keepReceipt(change.receiptOf(result));
    spent.remember({ tenantId, reminderId: id, dueFromMs });
    write(change, sorted);
    // Whether it finishes with this is counted as it leaves.
    ledger.moved({
      tenantId,
      kind: "reminder",
      from: text(found, "state") as ReminderState,
      to: change.reminder.state,
    });
    const { state: from } = change.reminder;
    history.retireReminder({ tenantId, reminderId: id, from, nowMs: change.nowMs });
    return result;
  };
}

/** An occurrence that is in a worker's hands may be on its way to its old target: no second one is made. */
function sort(
  rows: readonly Row[],
  { deliveries, movesInstants }: ReminderChange,
  gone: ReadonlySet<string>,
): Sorted {
  const wanted = new Map(deliveries.map((delivery) => [delivery.id, delivery]));
  const leased = rows.filter((row) => row.state === "leased");
  const sending = new Set(leased.map((row) => row.occurrence_id));
  const waiting = rows.filter((row) => row.state !== "leased");
  const known = new Set(rows.map((row) => row.id));
  return {
    leased,
    kept: waiting.flatMap((row) => {
      const delivery = wanted.get(text(row, "id"));
      return delivery ? [keptAs(row, delivery, movesInstants)] : [];
    }),
    withdrawn: waiting.filter((row) => !wanted.has(text(row, "id"))),
    fresh: deliveries.filter(
      ({ id, occurrenceId }) => !known.has(id) && !sending.has(occurrenceId) && !gone.has(occurrenceId),
    ),
  };
}

/** One that was tried, or brought back by hand, keeps its next attempt, and its instant with that. */
function keptAs(row: Row, wanted: Delivery, movesInstants: boolean): Kept {
  const isAsItWas = !movesInstants || text(row, "occurrence") === occurrenceText(wanted.occurrence);
  if (isAsItWas) return { wanted, moves: false };
  if (row.state === "scheduled" && row.redriven_at === null) return { wanted, moves: true };
  const occurrence = json<Occurrence>(row, "occurrence");
  const expiresAtMs = wanted.expiresAtMs - wanted.occurrence.dueMs + occurrence.dueMs;
  return { wanted: { ...wanted, occurrence, expiresAtMs }, moves: false };
}

function resultOf({ reminder }: ReminderChange, { leased, kept, withdrawn, fresh }: Sorted): ReminderChanged {
  const open: Occurrence[] = [
    ...leased.map((row) => json<Occurrence>(row, "occurrence")),
    ...kept.map(({ wanted }) => wanted.occurrence),
    ...fresh.map((delivery) => delivery.occurrence),
  ];
  const all = reminder.next === null ? open : [...open, reminder.next];
  const upcoming = all.reduce<Occurrence | null>(
    (soonest, one) => (soonest !== null && soonest.dueMs <= one.dueMs ? soonest : one),
    null,
  );
  const isOver = all.length === 0;
  return {
    kind: "changed",
    view: { reminder: isOver ? { ...reminder, state: "finished" } : reminder, upcoming },
    withdrawn: withdrawn.length,
    planned: kept.length + fresh.length,
    inFlight: leased.map((row) => text(row, "id")),
  };
}

function createWrite(db: DatabaseSync, { history, ledger }: { history: History; ledger: Ledger }) {
  const insert = createDeliveryInsert(db, ledger);
  const withdraw = createWithdraw(db, { history, ledger });
  const keep = createKeep(db);
  const replace = db.prepare(
    `UPDATE reminders SET state = ?, version = ?, epoch = ?, time_zone = ?, spec = ?, next_due = ?, next_occurrence = ?,
     skips = ?, updated_at = ? WHERE tenant_id = ? AND id = ?`,
  );
  return (change: ReminderChange, { leased, kept, withdrawn, fresh }: Sorted): void => {
    const { reminder, nowMs } = change;
    const { tenantId, id, next } = reminder;
    replace.run(
      reminder.state,
      reminder.version,
      reminder.epoch,
      reminder.timeZone,
      JSON.stringify(reminder.spec),
      next?.dueMs ?? null,
      occurrenceText(next),
      JSON.stringify(reminder.skips),
      reminder.updatedAtMs,
      tenantId,
      id,
    );
    ledger.note({
      tenantId,
      reminderId: id,
      deliveryId: null,
      atMs: nowMs,
      type: `reminder.${change.kind}`,
      reason: null,
    });
    for (const row of withdrawn) withdraw(row, change);
    const wanted = new Set(change.deliveries.map((delivery) => delivery.id));
    for (const one of kept) keep.waiting(one, reminder.epoch);
    for (const row of leased) {
      // What was rung by hand may be tried again if the attempt fails; an occurrence that shall not wait ends with it.
      if (row.kind !== "rule" || wanted.has(text(row, "id"))) keep.leased(text(row, "id"), reminder);
    }
    for (const delivery of fresh) insert(delivery, nowMs);
  };
}

/** What was tried leaves its story in the history; what was not leaves nothing, as if it had never been. */
function createWithdraw(db: DatabaseSync, { history, ledger }: { history: History; ledger: Ledger }) {
  const remove = db.prepare("DELETE FROM deliveries WHERE tenant_id = ? AND id = ?");
  return (row: Row, { reminder, nowMs, reason }: ReminderChange): void => {
    const { tenantId, id: reminderId } = reminder;
    const deliveryId = text(row, "id");
    const from = text(row, "state") as DeliveryState;
    if (text(row, "story") === "[]") {
      remove.run(tenantId, deliveryId);
      ledger.moved({ tenantId, kind: "delivery", from, to: null });
      ledger.note({ tenantId, reminderId, deliveryId, atMs: nowMs, type: "delivery.cancelled", reason });
      return;
    }
    const exit = { state: "cancelled", reason, attempt: null, failed: 0 } as const;
    const position = integer(row, "promoted_order");
    history.retireDelivery({ tenantId, deliveryId, reminderId, position, from, nowMs, ...exit });
  };
}

/** Takes deliveries along into the new epoch, so that they are sent as the reminder is now. */
function createKeep(db: DatabaseSync) {
  const follow = db.prepare(
    `UPDATE deliveries SET epoch = ?, channel = ?, target = ?, lane = ?,
     expires_at = CASE WHEN redriven_at IS NULL THEN ? ELSE expires_at END WHERE tenant_id = ? AND id = ?`,
  );
  const move = db.prepare(
    `UPDATE deliveries SET due_at = ?, occurrence = ?, note = ?, send_at = ?, claim_at = ?
     WHERE tenant_id = ? AND id = ?`,
  );
  const adopt = db.prepare("UPDATE deliveries SET epoch = ? WHERE tenant_id = ? AND id = ?");
  return {
    waiting: ({ wanted, moves }: Kept, epoch: number): void => {
      const { tenantId, id, channel, target, lane, occurrence, sendAtMs, note } = wanted;
      follow.run(epoch, channel, target, lane, wanted.expiresAtMs, tenantId, id);
      if (!moves) return;
      move.run(occurrence.dueMs, occurrenceText(occurrence), note, sendAtMs, sendAtMs, tenantId, id);
    },
    leased: (id: string, { tenantId, epoch }: Reminder): void => {
      adopt.run(epoch, tenantId, id);
    },
  };
}
