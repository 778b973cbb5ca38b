import { IN_DOUBT } from "../lost-attempt.ts";
import type { ClaimRequest } from "../store.ts";
import { DELIVERY_COLUMNS, prefixed, REMINDER_COLUMNS, storyWith, whole } from "./rows.ts";
import { statement } from "./statement.ts";
import { plainArray, textArray } from "./values.ts";

/** The parameters of both claims: who claims, what, and how much of each lane it holds. */
export function claimParameters(
  { worker, horizonMs, nowMs, leaseExpiresAtMs, laneLimit, partition }: ClaimRequest,
  limit: number,
  held: ReadonlyMap<string, number>,
): unknown[] {
  const share = [partition?.index ?? null, partition?.of ?? null];
  const lanes = [textArray([...held.keys()]), plainArray([...held.values()])];
  const times = [whole(horizonMs), whole(nowMs), whole(leaseExpiresAtMs)];
  return [...times, limit, laneLimit, worker, ...lanes, ...share];
}

const [HORIZON, NOW, LEASE_END, LIMIT, LANE_LIMIT, WORKER] = [
  "$1::bigint",
  "$2::bigint",
  "$3::bigint",
  "$4::bigint",
  "$5::integer",
  "$6::text",
];
const HELD = "unnest($7::text[], $8::integer[]) AS h (lane, n)";
const IN_SHARE = "($9::integer IS NULL OR d.shard % $10::integer = $9 - 1)";

/** What is due and not leased, or whose lease had ended by `$11`, by the claim's index. */
const DUE = `d.claim_at <= ${HORIZON} AND (d.state <> 'leased' OR d.claim_at <= $11::bigint) AND ${IN_SHARE} ORDER BY d.claim_at`;
/** What waits for room in one lane. */
const PARKED = `d.claim_at IS NULL AND d.lane = $11::text AND d.send_at <= ${HORIZON} AND ${IN_SHARE} ORDER BY d.send_at`;

/** The trace of a worker that ended without a word, as JSON. */
const LOST_ATTEMPT = `json_build_object('number', json_array_length(d.story::json) + 1, 'worker', coalesce(j.worker, 'unknown'),
  'startedAtMs', d.send_at, 'durationMs', 0, 'outcome', 'in-doubt', 'error', '${IN_DOUBT}')::text`;

/**
 * One statement, so that nothing is held while the network is waited for. Each row that it gives is one of:
 * `taken`, with its reminder; `parked`, the lane of what was set aside; `stale`, of an older epoch than its
 * reminder; `seen`, how many were looked at. What another transaction holds is passed over. A delivery
 * that is newer than its reminder was changed while this statement ran, and is left for the next one.
 */
function claimOf(source: string): string {
  const nothing = (columns: string) =>
    columns
      .split(", ")
      .map(() => "NULL")
      .join(", ");
  const delivery = DELIVERY_COLUMNS;
  return `WITH due AS MATERIALIZED (
    SELECT d.tenant_id, d.id, d.reminder_id, d.lane, d.state, d.epoch, d.worker, coalesce(d.claim_at, d.send_at) AS at
    FROM deliveries d WHERE ${source} LIMIT ${LIMIT} FOR UPDATE SKIP LOCKED),
  judged AS MATERIALIZED (
    SELECT due.*, r.epoch > due.epoch AS is_stale, r.epoch < due.epoch AS is_newer,
      due.state <> 'leased' AND row_number() OVER (PARTITION BY due.lane ORDER BY due.at, due.id) + coalesce(h.n, 0) > ${LANE_LIMIT} AS is_over
    FROM due JOIN reminders r ON r.tenant_id = due.tenant_id AND r.id = due.reminder_id LEFT JOIN ${HELD} ON h.lane = due.lane),
  parked AS (
    UPDATE deliveries d SET claim_at = NULL FROM judged j
    WHERE d.tenant_id = j.tenant_id AND d.id = j.id AND j.is_over AND NOT j.is_stale AND NOT j.is_newer RETURNING d.lane),
  taken AS (
    UPDATE deliveries d SET state = 'leased', worker = ${WORKER}, fence = d.fence + 1, claim_at = ${LEASE_END},
      lost_leases = d.lost_leases + (j.state = 'leased')::integer,
      story = CASE WHEN j.state = 'leased' THEN ${storyWith("d.story", LOST_ATTEMPT)} ELSE d.story END
    FROM judged j WHERE d.tenant_id = j.tenant_id AND d.id = j.id AND NOT j.is_over AND NOT j.is_stale AND NOT j.is_newer
    RETURNING d.*, j.state AS was, CASE WHEN j.state = 'leased' THEN coalesce(j.worker, 'unknown') END AS in_doubt_of),
  told AS (
    INSERT INTO ledger (position, at, part, tenant_id, moves)
    SELECT next_position(), ${NOW}, 0, tenant_id, json_object_agg(key, n)::text FROM (
      SELECT tenant_id, 'delivery.' || was AS key, -count(*) AS n FROM taken WHERE was <> 'leased' GROUP BY tenant_id, was
      UNION ALL SELECT tenant_id, 'delivery.leased', count(*) FROM taken WHERE was <> 'leased' GROUP BY tenant_id) AS moves
    GROUP BY tenant_id)
  SELECT 'taken' AS what, t.fence, t.in_doubt_of, ${prefixed(delivery, "t")}, ${prefixed(REMINDER_COLUMNS, "r", "r_")}
    FROM taken t JOIN reminders r ON r.tenant_id = t.tenant_id AND r.id = t.reminder_id
  UNION ALL SELECT 'parked', NULL, NULL, ${nothing("tenant_id, id, reminder_id, occurrence_id, series, kind, epoch, state")}, lane, ${nothing(columnsAfter("lane"))}, ${nothing(REMINDER_COLUMNS)}
    FROM (SELECT DISTINCT lane FROM parked) AS p
  UNION ALL SELECT 'stale', NULL, NULL, tenant_id, id, reminder_id, ${nothing(columnsAfter("reminder_id"))}, ${nothing(REMINDER_COLUMNS)}
    FROM judged WHERE is_stale
  UNION ALL SELECT 'seen', count(*), NULL, ${nothing(delivery)}, ${nothing(REMINDER_COLUMNS)} FROM due`;
}

function columnsAfter(column: string): string {
  const columns = DELIVERY_COLUMNS.split(", ");
  return columns.slice(columns.indexOf(column) + 1).join(", ");
}

export const CLAIM_DUE = statement("claim_due", claimOf(DUE));
export const CLAIM_PARKED = statement("claim_parked", claimOf(PARKED));

/**
 * What a worker has leased until one of the given instants and was not told of, with a new end of the lease.
 * Of what was changed meanwhile it is not to begin anything: that is left to the end of its lease. Whose attempt is
 * in doubt is read from the story by whoever gets it: PostgreSQL takes no JSON apart that has NUL or half of a surrogate
 * pair in it, and one such story would have a worker claim nothing any more.
 */
export const CLAIM_UNTOLD = statement(
  "claim_untold",
  `UPDATE deliveries d SET claim_at = $3 FROM reminders r
   WHERE d.claim_at = ANY($1::bigint[]) AND d.worker = $2 AND d.state = 'leased'
     AND r.tenant_id = d.tenant_id AND r.id = d.reminder_id AND r.epoch = d.epoch
   RETURNING 'taken' AS what, d.fence, NULL AS in_doubt_of,
     ${prefixed(DELIVERY_COLUMNS, "d")}, ${prefixed(REMINDER_COLUMNS, "r", "r_")}`,
);

/** A loose scan: one step of the index for each lane, however many rows it has parked. */
export const PARKED_LANES = statement(
  "parked_lanes",
  `WITH RECURSIVE lanes (lane) AS (
     (SELECT lane FROM deliveries WHERE claim_at IS NULL ORDER BY lane LIMIT 1)
     UNION ALL
     SELECT (SELECT d.lane FROM deliveries d WHERE d.claim_at IS NULL AND d.lane > lanes.lane ORDER BY d.lane LIMIT 1)
     FROM lanes WHERE lanes.lane IS NOT NULL)
   SELECT lane FROM lanes`,
);
