import type { DatabaseSync } from "node:sqlite";
import type { PurgeRequest } from "../store.ts";

/** Deletes what retention no longer keeps; a bounded number of rows, so that no commit is long. */
export function createPurge(db: DatabaseSync) {
  const deliveries = db.prepare(
    `DELETE FROM deliveries_history WHERE settled_order IN
     (SELECT settled_order FROM deliveries_history WHERE settled_at < ? ORDER BY settled_at LIMIT ?)`,
  );
  const inbox = db.prepare(
    `DELETE FROM inbox WHERE received_order IN
     (SELECT received_order FROM inbox WHERE received_at < ? ORDER BY received_at LIMIT ?)`,
  );
  // A reminder stays as long as one of its deliveries does, which may be brought back with it.
  const reminders = db.prepare(
    `DELETE FROM reminders_history WHERE (tenant_id, id) IN
     (SELECT tenant_id, id FROM reminders_history r WHERE updated_at < ? AND NOT EXISTS
       (SELECT 1 FROM deliveries_history d WHERE d.tenant_id = r.tenant_id AND d.reminder_id = r.id)
      ORDER BY updated_at LIMIT ?)`,
  );
  const receipts = db.prepare(
    `DELETE FROM idempotency WHERE (tenant_id, route, key) IN
     (SELECT tenant_id, route, key FROM idempotency WHERE created_at < ? ORDER BY created_at LIMIT ?)`,
  );
  return ({ historyBeforeMs, receiptsBeforeMs, limit }: PurgeRequest): number =>
    Number(deliveries.run(historyBeforeMs, limit).changes) +
    Number(inbox.run(historyBeforeMs, limit).changes) +
    Number(reminders.run(historyBeforeMs, limit).changes) +
    Number(receipts.run(receiptsBeforeMs, limit).changes);
}
