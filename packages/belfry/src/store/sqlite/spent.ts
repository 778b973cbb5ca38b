import type { DatabaseSync } from "node:sqlite";
import type { SpentRequest } from "../store.ts";
import { type Row, text } from "./rows.ts";

/**
 * Which occurrences must not ring again: those that were settled, except that they were withdrawn. Yearly
 * rules, whose key is the year, are remembered by a trigger when they are settled.
 */
export function createSpent(db: DatabaseSync) {
  const recent = `FROM deliveries_history WHERE tenant_id = ?1 AND reminder_id = ?2 AND due_at >= ?3
     AND kind = 'rule' AND state <> 'cancelled'`;
  const settled = db.prepare(`SELECT occurrence_id ${recent}`);
  const sent = db.prepare("SELECT 1 FROM sent_keys WHERE tenant_id = ? AND occurrence_id = ?");
  const remember = db.prepare(
    `INSERT OR IGNORE INTO sent_keys SELECT tenant_id, occurrence_id, settled_at ${recent}`,
  );
  return {
    find: ({ tenantId, reminderId, dueFromMs, occurrenceIds }: SpentRequest): ReadonlySet<string> => {
      const recently = new Set(
        (settled.all(tenantId, reminderId, dueFromMs) as Row[]).map((row) => text(row, "occurrence_id")),
      );
      return new Set(occurrenceIds.filter((id) => recently.has(id) || sent.get(tenantId, id) !== undefined));
    },
    /** Keeps them beyond the history, from the moment at which a change could ring them again. */
    remember: ({ tenantId, reminderId, dueFromMs }: Omit<SpentRequest, "occurrenceIds">): void => {
      remember.run(tenantId, reminderId, dueFromMs);
    },
  };
}
