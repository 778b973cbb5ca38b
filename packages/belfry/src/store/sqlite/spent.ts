import type { DatabaseSync } from "node:sqlite";
import type { SpentRequest } from "../store.ts";
import { type Row, text } from "./rows.ts";

/**
 * SQL for the id of an occurrence that is remembered when it is settled; NULL for any other. It is a yearly
 * rule's, whose key is the year, or its reminder was changed while a worker held it, which no later change
 * can find out.
 *
 * @param delivery the name by which a table of deliveries is known
 * @param reminder the name by which that of their reminders is known
 */
export function lastingOccurrence(delivery: string, reminder: string): string {
  const isYear = `${delivery}.occurrence GLOB '{"key":"[0-9][0-9][0-9][0-9]"*'`;
  const isLasting = `${delivery}.kind = 'rule' AND (${delivery}.epoch <> ${reminder}.epoch OR ${isYear})`;
  return `CASE WHEN ${isLasting} THEN ${delivery}.occurrence_id END`;
}

/** Remembers what a rule rang, from when it was settled, longer than the history is kept. */
export function createRemembering(db: DatabaseSync) {
  const keep = db.prepare(
    "INSERT OR IGNORE INTO sent_keys (tenant_id, occurrence_id, sent_at) VALUES (?, ?, ?)",
  );
  return (tenantId: string, occurrenceId: string, settledAtMs: number): void => {
    keep.run(tenantId, occurrenceId, settledAtMs);
  };
}

/**
 * Which occurrences must not ring again: those that were settled, except that they were withdrawn, and
 * those that were settled once and have been brought back by hand.
 */
export function createSpent(db: DatabaseSync) {
  const ofRule = "tenant_id = ?1 AND reminder_id = ?2 AND due_at >= ?3 AND kind = 'rule'";
  const recent = `SELECT tenant_id, occurrence_id, settled_at FROM deliveries_history WHERE ${ofRule} AND state <> 'cancelled'
     UNION ALL SELECT tenant_id, occurrence_id, redriven_at FROM deliveries WHERE ${ofRule} AND redriven_at IS NOT NULL`;
  const settled = db.prepare(recent);
  const sent = db.prepare("SELECT 1 FROM sent_keys WHERE tenant_id = ? AND occurrence_id = ?");
  const remember = db.prepare(
    `INSERT OR IGNORE INTO sent_keys (tenant_id, occurrence_id, sent_at) ${recent}`,
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
