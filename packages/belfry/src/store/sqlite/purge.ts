import type { DatabaseSync } from "node:sqlite";
import type { PurgeRequest } from "../store.ts";

/** Deletes what retention no longer keeps; a bounded number of rows, so that no commit is long. */
export function createPurge(db: DatabaseSync) {
  // Rows enter these two in the order of their settling, so the oldest are the first.
  const deliveries = db.prepare(
    `DELETE FROM deliveries_history WHERE settled_order IN
     (SELECT settled_order FROM deliveries_history ORDER BY settled_order LIMIT ?) AND settled_at < ?`,
  );
  const inbox = db.prepare(
    `DELETE FROM inbox WHERE received_order IN
     (SELECT received_order FROM inbox ORDER BY received_order LIMIT ?) AND received_at < ?`,
  );
  const reminders = db.prepare(
    `DELETE FROM reminders_history WHERE (tenant_id, id) IN
     (SELECT tenant_id, id FROM reminders_history WHERE updated_at < ? ORDER BY updated_at LIMIT ?)`,
  );
  const receipts = db.prepare(
    `DELETE FROM idempotency WHERE (tenant_id, route, key) IN
     (SELECT tenant_id, route, key FROM idempotency WHERE created_at < ? ORDER BY created_at LIMIT ?)`,
  );
  return ({ historyBeforeMs, receiptsBeforeMs, limit }: PurgeRequest): number =>
    Number(deliveries.run(limit, historyBeforeMs).changes) +
    Number(inbox.run(limit, historyBeforeMs).changes) +
    Number(reminders.run(historyBeforeMs, limit).changes) +
    Number(receipts.run(receiptsBeforeMs, limit).changes);
}
