import type { Queryable } from "./database.ts";
import { GONE_REMINDERS } from "./history.ts";
import { LEDGER_ROWS, type TransactionLedger } from "./ledger.ts";
import { keyArrays, type ReminderKey } from "./locks.ts";
import { whole } from "./rows.ts";
import { statement } from "./statement.ts";

/**
 * Moves the reminders that have nothing left to the history, as `retireReminders` does, but by itself adds to
 * what the ledger tells: nobody waits for their names, and most of what is settled is the last of its reminder.
 */
const RETIRE = statement(
  "retire_and_tell",
  `WITH ${GONE_REMINDERS},
   events AS (
     SELECT tenant_id, string_agg(json_build_array('reminder.finished', $3::bigint, id, NULL)::text, ',') AS events
     FROM gone WHERE state IN ('active', 'paused') GROUP BY tenant_id),
   moves AS (
     SELECT tenant_id, string_agg(format('"reminder.%s":%s,"reminder.finished":%s', state, -n, n), ',') AS moves
     FROM (SELECT tenant_id, state, count(*) AS n FROM gone WHERE state NOT IN ('cancelled', 'finished') GROUP BY tenant_id, state) AS n
     GROUP BY tenant_id)
   INSERT INTO ledger (position, at, part, tenant_id, events, moves, sums)
   SELECT next_position(), $3::bigint, 0, x.tenant_id,
     CASE WHEN events.events IS NULL THEN x.events ELSE coalesce(left(x.events, -1) || ',', '[') || events.events || ']' END,
     CASE WHEN moves.moves IS NULL THEN x.moves ELSE coalesce(left(x.moves, -1) || ',', '{') || moves.moves || '}' END,
     x.sums
   FROM ${LEDGER_ROWS.unnest(4)} LEFT JOIN events USING (tenant_id) LEFT JOIN moves USING (tenant_id)`,
);

/**
 * The last of a transaction: retires reminders of deliveries that it has ended, and writes what the ledger tells,
 * which has events and moves of each of their tenants. The caller holds their rows.
 */
export async function retireAndTell(
  transaction: Queryable,
  reminders: readonly ReminderKey[],
  { ledger, nowMs }: { ledger: TransactionLedger; nowMs: number },
): Promise<void> {
  await transaction.run(RETIRE, [...keyArrays(reminders), whole(nowMs), ...ledger.take()]);
}
