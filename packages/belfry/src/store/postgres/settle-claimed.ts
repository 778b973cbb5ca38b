import { type Delivery, isSettled, type SettledState } from "../../domain/delivery.ts";
import type { Recorded } from "../settlement-sums.ts";
import type { Settlement } from "../store.ts";
import type { Queryable } from "./database.ts";
import { KEEP_DELIVERIES } from "./history.ts";
import { isKept, retriedAs } from "./kept.ts";
import type { TransactionLedger } from "./ledger.ts";
import { lockReminders } from "./locks.ts";
import { integer, rowSet, storyWith, whole } from "./rows.ts";
import { statement } from "./statement.ts";
import { isYearKey } from "./stored-occurrence.ts";
import { lines, plain, texts } from "./values.ts";

/** A settlement whose worker says what it claimed. */
type Claimed<State extends Settlement["state"]> = Extract<Settlement, { state: State }> & {
  claimed: Delivery;
};
type Ended = Claimed<SettledState>;
type Retried = Claimed<"retrying">;
/** What ends, or is tried again, and nothing stands in the way of it. */
export type Plain = Ended | Retried;

/** Sorts a batch; where one cannot be told apart from another, all of it has to be looked at. */
export function sortClaimed(batch: readonly Settlement[]): { plain: Plain[]; others: Settlement[] } {
  const sorted: { plain: Plain[]; others: Settlement[] } = { plain: [], others: [] };
  const ids = new Set<string>();
  for (const settlement of batch) {
    if (!settlement.claimed) return { plain: [], others: [...batch] };
    ids.add(settlement.deliveryId);
    if (isEnded(settlement) || isRetried(settlement)) sorted.plain.push(settlement);
    else sorted.others.push(settlement);
  }
  return ids.size === batch.length ? sorted : { plain: [], others: [...batch] };
}

/** One that others follow, or whose occurrence is remembered beyond the history, asks for more. */
function isEnded(settlement: Settlement): settlement is Ended {
  const { claimed, follow = [], state } = settlement;
  if (!claimed || !isSettled(state) || follow.length > 0) return false;
  return !(claimed.kind === "rule" && isYearKey(claimed.occurrence.key));
}

function isRetried(settlement: Settlement): settlement is Retried {
  const { claimed, follow = [], state } = settlement;
  return state === "retrying" && claimed !== undefined && follow.length === 0;
}

/** Holds the reminders of a batch that is settled in several statements, so that no two batches wait for each other. */
export async function lockClaimed(transaction: Queryable, batch: readonly Settlement[]): Promise<void> {
  const keys = batch.flatMap(({ tenantId, claimed }) =>
    claimed ? [{ tenantId, reminderId: claimed.reminderId }] : [],
  );
  await lockReminders(transaction, keys);
}

const PLAIN = rowSet<Plain>([
  ["tenant_id", "text", lines(({ tenantId }) => tenantId)],
  ["id", "text", lines(({ deliveryId }) => deliveryId)],
  ["fence", "integer", plain(({ fence }) => fence)],
  ["claimed_epoch", "integer", plain(({ claimed }) => claimed.epoch)],
  ["new_state", "text", lines(({ state }) => state)],
  ["new_reason", "text", texts(({ reason }) => reason)],
  ["attempt", "text", lines(({ attempt }) => (attempt ? JSON.stringify(attempt) : null))],
  ["failed", "integer", plain(failedWith)],
  ["settled_at", "bigint", plain(({ nowMs }) => whole(nowMs))],
  ["new_send_at", "bigint", plain((one) => (one.state === "retrying" ? whole(one.sendAtMs) : null))],
  ["is_kept", "boolean", plain(isKept)],
]);

/** Whether all of the batch are still as they were claimed. Of two kinds in one batch, none is moved without the other. */
const ARE_ALL = `(SELECT count(*) FROM held WHERE is_same) = $${PLAIN.width + 1}::bigint`;

/**
 * Holds the rows that are still leased, their reminders first, in the order of their ids: the very ones that a look
 * at the batch would hold. Compared in another collation, as the look itself does. What ends goes to the
 * history, what is tried again waits for its next attempt: in the hands of its worker, where that keeps it.
 */
const SETTLE = statement(
  "settle_claimed",
  `WITH held AS MATERIALIZED (
     SELECT x.*, d.epoch = x.claimed_epoch AND r.epoch = x.claimed_epoch AS is_same FROM (SELECT ${PLAIN.columns} FROM ${PLAIN.unnest(1)}) AS x
     JOIN deliveries d ON d.tenant_id = x.tenant_id COLLATE "ucs_basic" AND d.id = x.id
     JOIN reminders r ON r.tenant_id = d.tenant_id AND r.id = d.reminder_id
     WHERE d.fence = x.fence AND d.state = 'leased' ORDER BY r.tenant_id, r.id, d.id FOR UPDATE OF r, d),
   waiting AS (
     UPDATE deliveries d SET ${retriedAs("x.new_send_at")}, attempts = attempts + 1, reason = x.new_reason, story = ${storyWith("d.story", "x.attempt")}
     FROM held x WHERE d.tenant_id = x.tenant_id AND d.id = x.id AND x.new_state = 'retrying' AND ${ARE_ALL}),
   gone AS (
     DELETE FROM deliveries d USING held x
     WHERE d.tenant_id = x.tenant_id AND d.id = x.id AND x.new_state <> 'retrying' AND ${ARE_ALL}
     RETURNING d.*, x.new_state, x.new_reason, x.attempt, x.failed, x.settled_at),
   kept AS (
     ${KEEP_DELIVERIES})
   SELECT count(*) FILTER (WHERE is_same) AS n FROM held`,
);

/** Settles what is still as it was claimed; false, and nothing is done, if one of them is not. */
export async function settlePlain(
  transaction: Queryable,
  settled: readonly Plain[],
  ledger: TransactionLedger,
): Promise<boolean> {
  if (settled.length === 0) return true;
  const [row] = await transaction.run(SETTLE, [...PLAIN.parameters(settled), settled.length]);
  if (row === undefined || integer(row, "n") !== settled.length) return false;
  for (const settlement of settled) {
    const { tenantId, deliveryId, claimed, state, reason, nowMs: atMs } = settlement;
    const { reminderId } = claimed;
    if (!isKept(settlement)) ledger.moved({ tenantId, kind: "delivery", from: "leased", to: state });
    ledger.note({ tenantId, reminderId, deliveryId, atMs, type: `delivery.${state}`, reason });
  }
  ledger.settled(settled.map(recordOf));
  return true;
}

function failedWith({ attempt, state }: Plain): 0 | 1 {
  return attempt !== undefined && state !== "delivered" ? 1 : 0;
}

function recordOf(settlement: Plain): Recorded {
  const { occurrence, redrivenAtMs } = settlement.claimed;
  return { settlement, dueMs: occurrence.dueMs, wasRedriven: redrivenAtMs !== null };
}
