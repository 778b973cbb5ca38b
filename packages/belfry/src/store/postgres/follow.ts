import { type Delivery, rootOccurrence } from "../../domain/delivery.ts";
import type { Queryable } from "./database.ts";
import { insertDeliveries } from "./delivery-insert.ts";
import type { TransactionLedger } from "./ledger.ts";
import { statement } from "./statement.ts";
import { texts } from "./values.ts";

const ACKNOWLEDGED = statement(
  "acknowledged_among",
  `SELECT x.n FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS x (tenant_id, occurrence_id, n)
   WHERE EXISTS (SELECT FROM acknowledgements a WHERE a.tenant_id = x.tenant_id AND a.occurrence_id = x.occurrence_id)`,
);

/**
 * Makes what follows settled deliveries, unless somebody has acknowledged their occurrences. The caller holds
 * their reminders, and so does whoever acknowledges.
 */
export async function follow(
  transaction: Queryable,
  followers: readonly Delivery[],
  { ledger, nowMs }: { ledger: TransactionLedger; nowMs: number },
): Promise<void> {
  if (followers.length === 0) return;
  const rows = await transaction.run(ACKNOWLEDGED, [
    texts<Delivery>(({ tenantId }) => tenantId).array(followers),
    texts<Delivery>(rootOccurrence).array(followers),
  ]);
  const acknowledged = new Set(rows.map((row) => followers[Number(row.n) - 1]));
  const wanted = followers.filter((delivery) => !acknowledged.has(delivery));
  await insertDeliveries(transaction, onceEach(wanted), { ledger, nowMs, areFollowers: true });
}

/** Two of one occurrence that are settled together escalate to the same. */
function onceEach(followers: readonly Delivery[]): Delivery[] {
  return [...new Map(followers.map((one) => [`${one.tenantId} ${one.id}`, one])).values()];
}
