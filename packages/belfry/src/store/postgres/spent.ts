import type { SpentRequest } from "../store.ts";
import type { Queryable } from "./database.ts";
import { text, whole } from "./rows.ts";
import { statement } from "./statement.ts";
import { plain, textArray, texts } from "./values.ts";

interface Sent {
  tenantId: string;
  occurrenceId: string;
  sentAtMs: number;
}

const REMEMBER = statement(
  "remember_sent",
  "INSERT INTO sent_keys (tenant_id, occurrence_id, sent_at) SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[]) ON CONFLICT DO NOTHING",
);

/** Remembers what a rule rang, from when it was settled, longer than the history is kept. */
export async function rememberSent(transaction: Queryable, sent: readonly Sent[]): Promise<void> {
  if (sent.length === 0) return;
  await transaction.run(REMEMBER, [
    texts<Sent>(({ tenantId }) => tenantId).array(sent),
    texts<Sent>(({ occurrenceId }) => occurrenceId).array(sent),
    plain<Sent>(({ sentAtMs }) => whole(sentAtMs)).array(sent),
  ]);
}

const OF_RULE = "tenant_id = $1 AND reminder_id = $2 AND due_at >= $3 AND kind = 'rule'";
const RECENT = `SELECT tenant_id, occurrence_id, settled_at AS sent_at FROM deliveries_history WHERE ${OF_RULE} AND state <> 'cancelled'
  UNION ALL SELECT tenant_id, occurrence_id, redriven_at FROM deliveries WHERE ${OF_RULE} AND redriven_at IS NOT NULL`;

/** As a value, not as EXISTS: for that the planner could read all that a tenant has ever been sent. */
const FIND = statement(
  "find_spent",
  `SELECT x.id FROM unnest($4::text[]) AS x (id) WHERE x.id IN (SELECT occurrence_id FROM (${RECENT}) AS recent)
     OR x.id = (SELECT s.occurrence_id FROM sent_keys s WHERE s.tenant_id = $1 AND s.occurrence_id = x.id)`,
);
const REMEMBER_RECENT = statement(
  "remember_recent",
  `INSERT INTO sent_keys (tenant_id, occurrence_id, sent_at) ${RECENT} ON CONFLICT DO NOTHING`,
);

/**
 * Which occurrences must not ring again: those that were settled, except that they were withdrawn, and
 * those that were settled once and have been brought back by hand.
 */
export async function findSpent(
  database: Queryable,
  { tenantId, reminderId, dueFromMs, occurrenceIds }: SpentRequest,
): Promise<ReadonlySet<string>> {
  const values = [tenantId, reminderId, whole(dueFromMs), textArray(occurrenceIds)];
  const rows = await database.run(FIND, values);
  return new Set(rows.map((row) => text(row, "id")));
}

/** Keeps them beyond the history, from the moment at which a change could ring them again. */
export async function rememberRecent(
  transaction: Queryable,
  { tenantId, reminderId, dueFromMs }: Omit<SpentRequest, "occurrenceIds">,
): Promise<void> {
  await transaction.run(REMEMBER_RECENT, [tenantId, reminderId, whole(dueFromMs)]);
}
