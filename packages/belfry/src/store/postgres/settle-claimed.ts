import { type Delivery, isSettled, type SettledState } from "../../domain/delivery.ts";
import type { Recorded } from "../settlement-sums.ts";
import type { Settlement } from "../store.ts";
import type { Queryable } from "./database.ts";
import { KEEP_DELIVERIES } from "./history.ts";
import type { TransactionLedger } from "./ledger.ts";
import { lockReminders } from "./locks.ts";
import { integer, type RowSet, rowSet, storyWith, whole } from "./rows.ts";
import { type Statement, statement } from "./statement.ts";
import { isYearKey } from "./stored-occurrence.ts";
import { lines, plain, texts } from "./values.ts";

/** A settlement whose worker says what it claimed. */
type Claimed<State extends Settlement["state"]> = Extract<Settlement, { state: State }> & {
  claimed: Delivery;
};
type Ended = Claimed<SettledState>;
type Retried = Claimed<"retrying">;

/** Those that nothing stands in the way of, and those that have to be looked at. */
export interface Sorted {
  ended: Ended[];
  retried: Retried[];
  others: Settlement[];
}

/** Sorts a batch; where one cannot be told apart from another, all of it has to be looked at. */
export function sortClaimed(batch: readonly Settlement[]): Sorted {
  const sorted: Sorted = { ended: [], retried: [], others: [] };
  const ids = new Set<string>();
  for (const settlement of batch) {
    if (!settlement.claimed) return { ended: [], retried: [], others: [...batch] };
    ids.add(settlement.deliveryId);
    if (isEnded(settlement)) sorted.ended.push(settlement);
    else if (isRetried(settlement)) sorted.retried.push(settlement);
    else sorted.others.push(settlement);
  }
  return ids.size === batch.length ? sorted : { ended: [], retried: [], others: [...batch] };
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

const LEASED = [
  ["tenant_id", "text", lines<Ended | Retried>(({ tenantId }) => tenantId)],
  ["id", "text", lines<Ended | Retried>(({ deliveryId }) => deliveryId)],
  ["fence", "integer", plain<Ended | Retried>(({ fence }) => fence)],
  ["claimed_epoch", "integer", plain<Ended | Retried>(({ claimed }) => claimed.epoch)],
  ["new_reason", "text", texts<Ended | Retried>(({ reason }) => reason)],
  ["attempt", "text", lines<Ended | Retried>(({ attempt }) => (attempt ? JSON.stringify(attempt) : null))],
] as const;

const ENDED = rowSet<Ended>([
  ...LEASED,
  ["new_state", "text", lines(({ state }) => state)],
  ["failed", "integer", plain(failedWith)],
  ["settled_at", "bigint", plain(({ nowMs }) => whole(nowMs))],
]);
const RETRIED = rowSet<Retried>([
  ...LEASED,
  ["new_send_at", "bigint", plain(({ sendAtMs }) => whole(sendAtMs))],
]);

/**
 * SQL for the rows that are still leased, which it holds, their reminders first, in the order of their ids: the
 * very ones that a look at the batch would hold. And for whether all of the batch are still as they were
 * claimed. Compared in another collation, as the look itself does.
 */
function held<Item>({ columns, unnest, width }: RowSet<Item>): {
  rows: string;
  same: string;
  areAll: string;
} {
  const same = "(SELECT count(*) FROM held WHERE is_same)";
  return {
    rows: `held AS MATERIALIZED (
      SELECT x.*, d.epoch = x.claimed_epoch AND r.epoch = x.claimed_epoch AS is_same FROM (SELECT ${columns} FROM ${unnest(1)}) AS x
      JOIN deliveries d ON d.tenant_id = x.tenant_id COLLATE "ucs_basic" AND d.id = x.id
      JOIN reminders r ON r.tenant_id = d.tenant_id AND r.id = d.reminder_id
      WHERE d.fence = x.fence AND d.state = 'leased' ORDER BY r.tenant_id, r.id, d.id FOR UPDATE OF r, d)`,
    same,
    areAll: `${same} = $${width + 1}::bigint`,
  };
}

const ENDING = held(ENDED);
const END = statement(
  "end_claimed",
  `WITH ${ENDING.rows},
   gone AS (
     DELETE FROM deliveries d USING held x WHERE d.tenant_id = x.tenant_id AND d.id = x.id AND ${ENDING.areAll}
     RETURNING d.*, x.new_state, x.new_reason, x.attempt, x.failed, x.settled_at),
   kept AS (
     ${KEEP_DELIVERIES})
   SELECT ${ENDING.same} AS n`,
);

const RETRYING = held(RETRIED);
const RETRY = statement(
  "retry_claimed",
  `WITH ${RETRYING.rows},
   waiting AS (
     UPDATE deliveries d SET state = 'retrying', send_at = x.new_send_at, claim_at = x.new_send_at, worker = NULL,
       attempts = attempts + 1, reason = x.new_reason, story = ${storyWith("d.story", "x.attempt")}
     FROM held x WHERE d.tenant_id = x.tenant_id AND d.id = x.id AND ${RETRYING.areAll})
   SELECT ${RETRYING.same} AS n`,
);

/** Ends deliveries that are still as they were claimed; false, and nothing is done, if one of them is not. */
export async function endClaimed(
  transaction: Queryable,
  ended: readonly Ended[],
  ledger: TransactionLedger,
): Promise<boolean> {
  if (ended.length === 0) return true;
  if (!(await areDone(transaction, END, { values: ENDED.parameters(ended), n: ended.length }))) return false;
  for (const { tenantId, deliveryId, claimed, state, reason, nowMs: atMs } of ended) {
    const { reminderId } = claimed;
    ledger.moved({ tenantId, kind: "delivery", from: "leased", to: state });
    ledger.note({ tenantId, reminderId, deliveryId, atMs, type: `delivery.${state}`, reason });
  }
  ledger.settled(ended.map(recordOf));
  return true;
}

/** Has deliveries wait for their next attempt, if all of them are still as they were claimed. */
export async function retryClaimed(
  transaction: Queryable,
  retried: readonly Retried[],
  ledger: TransactionLedger,
): Promise<boolean> {
  if (retried.length === 0) return true;
  const values = RETRIED.parameters(retried);
  if (!(await areDone(transaction, RETRY, { values, n: retried.length }))) return false;
  for (const { tenantId, deliveryId, claimed, reason, nowMs: atMs } of retried) {
    const { reminderId } = claimed;
    ledger.moved({ tenantId, kind: "delivery", from: "leased", to: "retrying" });
    ledger.note({ tenantId, reminderId, deliveryId, atMs, type: "delivery.retrying", reason });
  }
  ledger.settled(retried.map(recordOf));
  return true;
}

async function areDone(
  transaction: Queryable,
  settle: Statement,
  { values, n }: { values: readonly string[]; n: number },
): Promise<boolean> {
  const [row] = await transaction.run(settle, [...values, n]);
  return row !== undefined && integer(row, "n") === n;
}

function failedWith({ attempt, state }: Ended): 0 | 1 {
  return attempt !== undefined && state !== "delivered" ? 1 : 0;
}

function recordOf(settlement: Ended | Retried): Recorded {
  const { occurrence, redrivenAtMs } = settlement.claimed;
  return { settlement, dueMs: occurrence.dueMs, wasRedriven: redrivenAtMs !== null };
}
