import type { DatabaseSync } from "node:sqlite";
import type { DeliveryState } from "../../domain/delivery.ts";
import type { ReminderState } from "../../domain/reminder.ts";
import { settledAs } from "../settled-as.ts";
import type { Recorded } from "../settlement-sums.ts";
import type { Settled, Settlement } from "../store.ts";
import { createFollow } from "./follow.ts";
import type { DeliveryExit, History } from "./history.ts";
import type { Ledger } from "./ledger.ts";
import { integer, type Row, storyWith, text, textOrNull } from "./rows.ts";
import { createRemembering, lastingOccurrence } from "./spent.ts";
import { createSumming } from "./stats.ts";

/** What is to be known of an open delivery to end it, with its reminder. */
const OPEN = `SELECT d.promoted_order, d.reminder_id, d.due_at, d.redriven_at, ${lastingOccurrence("d", "r")} AS lasting_id,
  d.epoch, d.epoch = r.epoch AS is_current, r.state AS r_state, r.next_due IS NULL AS r_is_over
  FROM deliveries d JOIN reminders r ON r.tenant_id = d.tenant_id AND r.id = d.reminder_id
  WHERE d.tenant_id = ? AND d.id = ?`;

/** Settling and expiring: how deliveries end. */
export function createSettling(db: DatabaseSync, history: History, ledger: Ledger) {
  const sumUp = createSumming(db);
  const held = db.prepare(`${OPEN} AND d.fence = ? AND d.state = 'leased'`);
  const wait = createWait(db, ledger);
  const end = createEnd(db, history);
  const follow = createFollow(db, ledger);

  /** Null if the lease is lost. */
  const settleOne = (settlement: Settlement): (Recorded & { isKept: boolean }) | null => {
    const { tenantId, deliveryId, nowMs } = settlement;
    const row = held.get(tenantId, deliveryId, settlement.fence) as Row | undefined;
    if (!row) return null;
    const recorded = { ...recordOf(row, settlement), isKept: false };
    const isCurrent = row.is_current === 1;
    if (isCurrent && waitsAgain(settlement)) return { ...recorded, isKept: wait(row, settlement) };
    // Before its end, since that may be its reminder's too.
    if (isCurrent) follow(settlement, integer(row, "epoch"));
    const attempt = attemptText(settlement);
    end(row, {
      tenantId,
      deliveryId,
      from: "leased",
      attempt,
      nowMs,
      ...settledAs(settlement, { reminderState: row.r_state, epoch: integer(row, "epoch") }),
    });
    return recorded;
  };

  return {
    settle: (batch: readonly Settlement[]): Settled => {
      const results = batch.map((settlement) => ({ settlement, recorded: settleOne(settlement) }));
      sumUp(results.flatMap(({ recorded }) => recorded ?? []));
      const idsWhere = (isMeant: (result: (typeof results)[number]) => boolean): string[] =>
        results.filter(isMeant).map(({ settlement }) => settlement.deliveryId);
      return {
        refused: idsWhere(({ recorded }) => recorded === null),
        kept: idsWhere(({ recorded }) => recorded?.isKept === true),
      };
    },
    expire: createExpire(db, history, sumUp),
  };
}

/** A retry after a failed attempt, or one that is held back and was not tried. */
type WaitingAgain = Settlement & { sendAtMs: number };

function waitsAgain(settlement: Settlement): settlement is WaitingAgain {
  return "sendAtMs" in settlement;
}

function createWait(db: DatabaseSync, ledger: Ledger) {
  const retry = db.prepare(
    `UPDATE deliveries SET state = 'retrying', send_at = ?1, claim_at = ?1, worker = NULL, attempts = attempts + 1,
     reason = ?2, story = ${storyWith("?3")} WHERE promoted_order = ?4 RETURNING state`,
  );
  const keep = db.prepare(
    `UPDATE deliveries SET send_at = ?1, fence = fence + 1, attempts = attempts + 1, reason = ?2, story = ${storyWith("?3")}
     WHERE promoted_order = ?4`,
  );
  const defer = db.prepare(
    `UPDATE deliveries SET state = CASE WHEN attempts > 0 THEN 'retrying' ELSE 'scheduled' END, send_at = ?1, claim_at = ?1,
     worker = NULL, reason = ?2, note = coalesce(?4, note) WHERE promoted_order = ?3 RETURNING state`,
  );
  const moveOn = (settlement: WaitingAgain, position: number): Row => {
    const { sendAtMs, reason } = settlement;
    return (
      settlement.state === "retrying"
        ? retry.get(sendAtMs, reason, attemptText(settlement), position)
        : defer.get(sendAtMs, reason, position, noteOf(settlement))
    ) as Row;
  };
  /** Returns whether its worker keeps it. */
  return (row: Row, settlement: WaitingAgain): boolean => {
    const { tenantId, deliveryId, nowMs: atMs, sendAtMs, reason } = settlement;
    const position = integer(row, "promoted_order");
    // What was changed meanwhile is claimed as it is then.
    const isAsClaimed = settlement.claimed?.epoch === integer(row, "epoch");
    const isKept = settlement.state === "retrying" && settlement.keep === true && isAsClaimed;
    if (isKept) keep.run(sendAtMs, reason, attemptText(settlement), position);
    else {
      const to = text(moveOn(settlement, position), "state") as DeliveryState;
      ledger.moved({ tenantId, kind: "delivery", from: "leased", to });
    }
    const type = settlement.state === "retrying" ? "delivery.retrying" : "delivery.deferred";
    ledger.note({ tenantId, reminderId: text(row, "reminder_id"), deliveryId, atMs, type, reason });
    return isKept;
  };
}

function noteOf(settlement: WaitingAgain): string | null {
  return settlement.state === "scheduled" ? (settlement.note ?? null) : null;
}

function attemptText({ attempt }: Settlement): string | null {
  return attempt ? JSON.stringify(attempt) : null;
}

function recordOf(row: Row, settlement: Recorded["settlement"]): Recorded {
  return { settlement, dueMs: integer(row, "due_at"), wasRedriven: row.redriven_at !== null };
}

function createExpire(db: DatabaseSync, history: History, sumUp: (batch: readonly Recorded[]) => void) {
  const waiting = db.prepare(`${OPEN} AND d.state = 'scheduled'`);
  const end = createEnd(db, history);
  const exit = { from: "scheduled", state: "expired", attempt: null, failed: 0 } as const;
  return (
    batch: readonly { tenantId: string; deliveryId: string; reason: string }[],
    nowMs: number,
  ): void => {
    const recorded = batch.flatMap(({ tenantId, deliveryId, reason }): Recorded[] => {
      const row = waiting.get(tenantId, deliveryId) as Row | undefined;
      if (!row) return [];
      end(row, { tenantId, deliveryId, reason, nowMs, ...exit });
      return [recordOf(row, { tenantId, nowMs, state: exit.state })];
    });
    sumUp(recorded);
  };
}

/** Ends a delivery, and its reminder if that was its last one. */
function createEnd(db: DatabaseSync, history: History) {
  const remember = createRemembering(db);
  return (row: Row, exit: Omit<DeliveryExit, "position" | "reminderId">): void => {
    const { tenantId, state, nowMs } = exit;
    const reminderId = text(row, "reminder_id");
    const lastingId = textOrNull(row, "lasting_id");
    history.retireDelivery({ ...exit, reminderId, position: integer(row, "promoted_order") });
    if (lastingId !== null && state !== "cancelled") remember(tenantId, lastingId, nowMs);
    if (row.r_is_over !== 1) return;
    history.retireReminder({ tenantId, reminderId, from: text(row, "r_state") as ReminderState, nowMs });
  };
}
