import type { Attempt, Delivery } from "../../domain/delivery.ts";
import { firstFence } from "../first-fence.ts";
import type { Queryable, Row } from "./database.ts";
import type { TransactionLedger } from "./ledger.ts";
import { DELIVERIES, json, text } from "./rows.ts";
import { statement } from "./statement.ts";
import { plain, texts } from "./values.ts";

/** So long before it is due nothing can have settled an occurrence: the near window is a day at most. */
const SETTLED_AHEAD_MS = 2 * 86_400_000;

const SPENT = statement(
  "spent_of_deliveries",
  `SELECT x.n FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS x (tenant_id, occurrence_id, n)
   WHERE EXISTS (SELECT FROM sent_keys s WHERE s.tenant_id = x.tenant_id AND s.occurrence_id = x.occurrence_id)`,
);
/** By its id: said otherwise, the state would open the index of those that failed, for all that it holds. */
const COME_BACK = statement(
  "come_back",
  `DELETE FROM deliveries_history h USING unnest($1::text[], $2::text[], $3::bigint[]) AS x (tenant_id, id, since)
   WHERE h.tenant_id = x.tenant_id AND h.id = x.id AND h.settled_at >= x.since AND coalesce(h.state, '') = 'cancelled'
   RETURNING h.tenant_id, h.id, h.story`,
);
const INSERT = statement(
  "insert_deliveries",
  `INSERT INTO deliveries (${DELIVERIES.columns}, claim_at, fence)
   SELECT x.*, x.send_at, ${firstFence("x.epoch")} FROM ${DELIVERIES.unnest(1)}
   WHERE NOT EXISTS (SELECT FROM deliveries_history h WHERE h.tenant_id = x.tenant_id AND h.id = x.id
     AND h.settled_at >= x.due_at - ${SETTLED_AHEAD_MS})
   ON CONFLICT (tenant_id, id) DO NOTHING RETURNING tenant_id, id`,
);

interface InsertOptions {
  ledger: TransactionLedger;
  nowMs: number;
  /** Whether they follow what was settled, so that their occurrences have rung. */
  areFollowers?: boolean;
}

/**
 * Inserts deliveries that are neither open nor in the history: an id is an identity for ever. Of a
 * reminder that was changed, none may be an occurrence that was sent before the change, whatever its
 * target was then; and one that a change has withdrawn comes back with its story. Resolves with those
 * that were inserted.
 */
export async function insertDeliveries(
  transaction: Queryable,
  deliveries: readonly Delivery[],
  { ledger, nowMs, areFollowers = false }: InsertOptions,
): Promise<Delivery[]> {
  if (deliveries.length === 0) return [];
  const wanted = areFollowers
    ? deliveries
    : await withStories(transaction, await unspent(transaction, deliveries), ledger);
  const rows = await transaction.run(INSERT, DELIVERIES.parameters(wanted));
  const inserted = new Set(rows.map(keyOfRow));
  const made = wanted.filter((delivery) => inserted.has(keyOf(delivery)));
  for (const { tenantId, reminderId, id: deliveryId, state } of made) {
    ledger.moved({ tenantId, kind: "delivery", from: null, to: state });
    ledger.note({ tenantId, reminderId, deliveryId, atMs: nowMs, type: "delivery.scheduled", reason: null });
  }
  return made;
}

/** Only what was changed can ring again. */
function isOfChanged({ epoch }: Delivery): boolean {
  return epoch > 0;
}

async function unspent(
  transaction: Queryable,
  deliveries: readonly Delivery[],
): Promise<readonly Delivery[]> {
  const changed = deliveries.filter(isOfChanged);
  if (changed.length === 0) return deliveries;
  const rows = await transaction.run(SPENT, [
    texts<Delivery>(({ tenantId }) => tenantId).array(changed),
    texts<Delivery>(({ occurrenceId }) => occurrenceId).array(changed),
  ]);
  const spent = new Set(rows.map((row) => changed[Number(row.n) - 1]));
  return deliveries.filter((delivery) => !spent.has(delivery));
}

async function withStories(
  transaction: Queryable,
  deliveries: readonly Delivery[],
  ledger: TransactionLedger,
): Promise<readonly Delivery[]> {
  const changed = deliveries.filter(isOfChanged);
  if (changed.length === 0) return deliveries;
  const rows = await transaction.run(COME_BACK, [
    texts<Delivery>(({ tenantId }) => tenantId).array(changed),
    texts<Delivery>(({ id }) => id).array(changed),
    plain<Delivery>(({ occurrence }) => occurrence.dueMs - SETTLED_AHEAD_MS).array(changed),
  ]);
  const stories = new Map(rows.map((row) => [keyOfRow(row), json<Attempt[]>(row, "story")]));
  return deliveries.map((delivery) => {
    const story = stories.get(keyOf(delivery));
    if (!story) return delivery;
    ledger.moved({ tenantId: delivery.tenantId, kind: "delivery", from: "cancelled", to: null });
    return { ...delivery, story, lostLeases: story.filter(({ outcome }) => outcome === "in-doubt").length };
  });
}

function keyOf({ tenantId, id }: Pick<Delivery, "tenantId" | "id">): string {
  return `${tenantId} ${id}`;
}

function keyOfRow(row: Row): string {
  return `${text(row, "tenant_id")} ${text(row, "id")}`;
}
