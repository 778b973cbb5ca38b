import { fitsFilter } from "../retry-filter.ts";
import type { Retriable, RetriableRequest } from "../store.ts";
import type { Queryable } from "./database.ts";
import { DELIVERY_COLUMNS, integer, prefixed, text, textOrNull, toDelivery } from "./rows.ts";
import { statement } from "./statement.ts";
import { toSpec } from "./stored-spec.ts";

const spec = (table: string) =>
  `(SELECT spec FROM ${table} r WHERE r.tenant_id = d.tenant_id AND r.id = d.reminder_id LIMIT 1)`;

const PAGE = statement(
  "find_retriable",
  `SELECT ${prefixed(DELIVERY_COLUMNS, "d")}, d.settled_at, coalesce(${spec("reminders")}, ${spec("reminders_history")}) AS spec
   FROM deliveries_history d
   WHERE d.tenant_id = $1 AND d.state = $2 AND d.state IN ('dead', 'expired') AND (d.settled_at, d.id) > ($3, $4)
   ORDER BY d.settled_at, d.id LIMIT $5`,
);

/** Walks the deliveries that failed, page by page, and gives those that a filter means. */
export async function findRetriable(
  database: Queryable,
  { tenantId, filter, limit, after }: RetriableRequest,
): Promise<{ items: Retriable[]; next: string | null }> {
  const place = after === undefined ? [-1, ""] : (JSON.parse(after) as [number, string]);
  const rows = await database.run(PAGE, [tenantId, filter.state, ...place, limit]);
  const items = rows.flatMap((row): Retriable[] => {
    const stored = textOrNull(row, "spec");
    const delivery = toDelivery(row);
    const { channel, reminderId, reason } = delivery;
    const settledAtMs = integer(row, "settled_at");
    if (stored === null || !fitsFilter({ channel, reminderId, reason, settledAtMs }, filter)) return [];
    return [{ delivery, goesTo: toSpec(stored) }];
  });
  const last = rows.at(-1);
  const next = rows.length === limit && last ? [integer(last, "settled_at"), text(last, "id")] : null;
  return { items, next: next && JSON.stringify(next) };
}
