import type { DatabaseSync } from "node:sqlite";
import { fitsFilter } from "../retry-filter.ts";
import type { Retriable, RetriableRequest, RetryFilter } from "../store.ts";
import { DELIVERY_COLUMNS, integer, json, type Row, text, textOrNull, toDelivery } from "./rows.ts";

/** Walks the deliveries that failed, page by page, and gives those that a filter means. */
export function createRetriableRead(db: DatabaseSync) {
  const columns = DELIVERY_COLUMNS.split(", ")
    .map((column) => `d.${column}`)
    .join(", ");
  const target =
    "json_object('target', json_extract(spec, '$.target'), 'planned', json_extract(spec, '$.planned'))";
  const page = db.prepare(
    `SELECT d.settled_order, d.settled_at, ${columns},
       coalesce((SELECT ${target} FROM reminders r WHERE r.tenant_id = d.tenant_id AND r.id = d.reminder_id),
                (SELECT ${target} FROM reminders_history r WHERE r.tenant_id = d.tenant_id AND r.id = d.reminder_id)) AS goes_to
     FROM deliveries_history d INDEXED BY deliveries_history_retriable
     WHERE d.tenant_id = ? AND d.state = ? AND d.state IN ('dead', 'expired') AND d.settled_order > ? ORDER BY d.settled_order LIMIT ?`,
  );
  return ({
    tenantId,
    filter,
    limit,
    after = "0",
  }: RetriableRequest): { items: Retriable[]; next: string | null } => {
    const rows = page.all(tenantId, filter.state, Number(after), limit) as Row[];
    const last = rows.at(-1);
    return {
      items: rows.filter((row) => fits(row, filter)).map(toRetriable),
      next: rows.length === limit && last ? String(integer(last, "settled_order")) : null,
    };
  };
}

function fits(row: Row, filter: RetryFilter): boolean {
  const failed = {
    channel: text(row, "channel"),
    reminderId: text(row, "reminder_id"),
    settledAtMs: integer(row, "settled_at"),
    reason: textOrNull(row, "reason"),
  };
  return row.goes_to !== null && fitsFilter(failed, filter);
}

function toRetriable(row: Row): Retriable {
  const { planned, target } = json<Retriable["goesTo"]>(row, "goes_to");
  // SQLite makes null of what is not there.
  return { delivery: toDelivery(row), goesTo: planned ? { target, planned } : { target } };
}
