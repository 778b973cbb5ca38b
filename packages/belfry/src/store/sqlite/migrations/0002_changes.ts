import type { Migration } from "./migration.ts";

/**
 * What changing, pausing and telling need.
 *
 * `sent_keys` remembers occurrences that must not ring again although their reminder was changed: those
 * of the two days before a change, those that were rung by hand, and those of yearly rules for over two
 * years, which is longer than the history is kept.
 *
 * `counts` holds how many rows are in each state; each commit adds what it moves. `events` is the log
 * that streams resume from: its order is that of the commits, since there is one writer, and its `seq`
 * begins with the time, so that it never runs backwards. `delivery_stats` sums up each minute: `metric` is
 * a counter (bucket 0) or a distribution (buckets as `domain/quantiles.ts` has them).
 */
export const changes: Migration = {
  number: 2,
  name: "changes",
  sql: `
    ALTER TABLE reminders ADD COLUMN skips TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE reminders_history ADD COLUMN skips TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE endpoints ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;

    CREATE TABLE sent_keys (
      tenant_id TEXT NOT NULL,
      occurrence_id TEXT NOT NULL,
      sent_at INTEGER NOT NULL,
      PRIMARY KEY (tenant_id, occurrence_id)
    ) WITHOUT ROWID, STRICT;
    CREATE INDEX sent_keys_age ON sent_keys (sent_at);

    CREATE INDEX deliveries_history_retriable ON deliveries_history (tenant_id, state, settled_order)
      WHERE state IN ('dead', 'expired');

    CREATE TRIGGER deliveries_history_yearly AFTER INSERT ON deliveries_history
    WHEN NEW.kind = 'rule' AND NEW.state <> 'cancelled'
      AND NEW.occurrence GLOB '{"key":"[0-9][0-9][0-9][0-9]"*'
    BEGIN
      INSERT OR IGNORE INTO sent_keys VALUES (NEW.tenant_id, NEW.occurrence_id, NEW.settled_at);
    END;
    INSERT OR IGNORE INTO sent_keys SELECT tenant_id, occurrence_id, settled_at FROM deliveries_history
    WHERE kind = 'rule' AND state <> 'cancelled' AND json_extract(occurrence, '$.key') GLOB '[0-9][0-9][0-9][0-9]';

    CREATE TABLE events (
      tenant_id TEXT NOT NULL,
      seq INTEGER NOT NULL,
      at INTEGER NOT NULL,
      type TEXT NOT NULL,
      reminder_id TEXT,
      delivery_id TEXT,
      reason TEXT,
      PRIMARY KEY (tenant_id, seq)
    ) WITHOUT ROWID, STRICT;

    CREATE TABLE events_purged (
      tenant_id TEXT PRIMARY KEY,
      seq INTEGER NOT NULL
    ) WITHOUT ROWID, STRICT;

    CREATE TABLE delivery_stats (
      tenant_id TEXT NOT NULL,
      minute INTEGER NOT NULL,
      metric TEXT NOT NULL,
      bucket INTEGER NOT NULL,
      n INTEGER NOT NULL,
      PRIMARY KEY (tenant_id, minute, metric, bucket)
    ) WITHOUT ROWID, STRICT;
    CREATE INDEX delivery_stats_age ON delivery_stats (minute);

    CREATE TABLE counts (
      tenant_id TEXT NOT NULL,
      kind TEXT NOT NULL,
      state TEXT NOT NULL,
      n INTEGER NOT NULL,
      PRIMARY KEY (tenant_id, kind, state)
    ) WITHOUT ROWID, STRICT;
    ${["reminders", "reminders_history", "deliveries", "deliveries_history"].map(counted).join("\n")}
  `,
};

/** Counts what is there already; from then on every commit adds what it moves. */
function counted(table: string): string {
  const kind = table.startsWith("reminders") ? "reminder" : "delivery";
  return `INSERT INTO counts SELECT tenant_id, '${kind}', state, count(*) FROM ${table} WHERE true GROUP BY tenant_id, state
    ON CONFLICT (tenant_id, kind, state) DO UPDATE SET n = n + excluded.n;`;
}
