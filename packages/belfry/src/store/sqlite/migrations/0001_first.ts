import type { Migration } from "./migration.ts";

/**
 * The shape that everything after builds on. Hot tables (`reminders`, `deliveries`) hold what is still
 * to come; what is settled rests in the `_history` tables. Every table and unique key carries its
 * tenant. Instants are milliseconds since the epoch.
 *
 * `deliveries.claim_at` is the one column that the claim reads: the instant to send, or the end of the
 * lease while a worker holds it, or NULL while its lane is at its limit (parked). It stands alone in
 * its index, so that nothing unbounded comes before the due time.
 *
 * Deliveries rest in the order of their promotion, and everything else is keyed by due time or by
 * reminder, which runs in the same order: what is claimed and settled together lies together, so a
 * batch touches few pages. Only the unique index of the ids, which are hashes, is at random, and within
 * a minute at that (`domain/ids.ts`).
 */
export const first: Migration = {
  number: 1,
  name: "first",
  sql: `
    CREATE TABLE tenants (
      id TEXT PRIMARY KEY,
      time_zone TEXT NOT NULL,
      created_at INTEGER NOT NULL
    ) WITHOUT ROWID, STRICT;

    CREATE TABLE api_keys (
      tenant_id TEXT NOT NULL,
      id TEXT NOT NULL,
      name TEXT NOT NULL,
      hash TEXT NOT NULL UNIQUE,
      scopes TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      PRIMARY KEY (tenant_id, id)
    ) WITHOUT ROWID, STRICT;

    CREATE TABLE endpoints (
      tenant_id TEXT NOT NULL,
      name TEXT NOT NULL,
      id TEXT NOT NULL,
      url TEXT NOT NULL,
      secrets TEXT NOT NULL,
      state TEXT NOT NULL,
      off_reason TEXT,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      PRIMARY KEY (tenant_id, name)
    ) WITHOUT ROWID, STRICT;

    CREATE TABLE reminders (
      tenant_id TEXT NOT NULL,
      id TEXT NOT NULL,
      state TEXT NOT NULL,
      version INTEGER NOT NULL,
      epoch INTEGER NOT NULL,
      series TEXT NOT NULL,
      recipient_id TEXT,
      time_zone TEXT NOT NULL,
      spec TEXT NOT NULL,
      next_due INTEGER,
      next_occurrence TEXT,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      PRIMARY KEY (tenant_id, id)
    ) WITHOUT ROWID, STRICT;
    CREATE INDEX reminders_due ON reminders (next_due) WHERE state = 'active' AND next_due IS NOT NULL;
    CREATE INDEX reminders_idle ON reminders (tenant_id, id) WHERE state <> 'active';

    CREATE TABLE reminders_history (
      tenant_id TEXT NOT NULL,
      id TEXT NOT NULL,
      state TEXT NOT NULL,
      version INTEGER NOT NULL,
      epoch INTEGER NOT NULL,
      series TEXT NOT NULL,
      recipient_id TEXT,
      time_zone TEXT NOT NULL,
      spec TEXT NOT NULL,
      next_due INTEGER,
      next_occurrence TEXT,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      PRIMARY KEY (tenant_id, id)
    ) WITHOUT ROWID, STRICT;
    CREATE INDEX reminders_history_age ON reminders_history (updated_at);
    CREATE INDEX reminders_history_cancelled ON reminders_history (tenant_id, id) WHERE state = 'cancelled';

    CREATE TABLE deliveries (
      promoted_order INTEGER PRIMARY KEY,
      tenant_id TEXT NOT NULL,
      id TEXT NOT NULL,
      reminder_id TEXT NOT NULL,
      occurrence_id TEXT NOT NULL,
      series TEXT NOT NULL,
      kind TEXT NOT NULL,
      epoch INTEGER NOT NULL,
      recipient_epoch INTEGER NOT NULL DEFAULT 0,
      state TEXT NOT NULL,
      lane TEXT NOT NULL,
      channel TEXT NOT NULL,
      target TEXT NOT NULL,
      due_at INTEGER NOT NULL,
      occurrence TEXT NOT NULL,
      send_at INTEGER NOT NULL,
      claim_at INTEGER,
      expires_at INTEGER NOT NULL,
      attempts INTEGER NOT NULL,
      lost_leases INTEGER NOT NULL,
      fence INTEGER NOT NULL,
      worker TEXT,
      story TEXT NOT NULL,
      note TEXT,
      reason TEXT,
      accepted_at INTEGER NOT NULL,
      promoted_at INTEGER NOT NULL,
      redriven_at INTEGER,
      UNIQUE (tenant_id, id)
    ) STRICT;
    CREATE INDEX deliveries_claim ON deliveries (claim_at) WHERE claim_at IS NOT NULL;
    CREATE INDEX deliveries_parked ON deliveries (lane, send_at) WHERE claim_at IS NULL;
    CREATE INDEX deliveries_reminder ON deliveries (tenant_id, reminder_id, due_at);
    CREATE INDEX deliveries_due ON deliveries (tenant_id, due_at, reminder_id);

    CREATE TABLE deliveries_history (
      settled_order INTEGER PRIMARY KEY,
      tenant_id TEXT NOT NULL,
      id TEXT NOT NULL,
      reminder_id TEXT NOT NULL,
      occurrence_id TEXT NOT NULL,
      series TEXT NOT NULL,
      kind TEXT NOT NULL,
      epoch INTEGER NOT NULL,
      recipient_epoch INTEGER NOT NULL DEFAULT 0,
      state TEXT NOT NULL,
      lane TEXT NOT NULL,
      channel TEXT NOT NULL,
      target TEXT NOT NULL,
      due_at INTEGER NOT NULL,
      occurrence TEXT NOT NULL,
      send_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      attempts INTEGER NOT NULL,
      lost_leases INTEGER NOT NULL,
      fence INTEGER NOT NULL,
      story TEXT NOT NULL,
      note TEXT,
      reason TEXT,
      accepted_at INTEGER NOT NULL,
      promoted_at INTEGER NOT NULL,
      redriven_at INTEGER,
      settled_at INTEGER NOT NULL,
      UNIQUE (tenant_id, id)
    ) STRICT;
    CREATE INDEX deliveries_history_age ON deliveries_history (settled_at);
    CREATE INDEX deliveries_history_due ON deliveries_history (tenant_id, due_at, reminder_id);
    CREATE INDEX deliveries_history_reminder ON deliveries_history (tenant_id, reminder_id, due_at);
    CREATE INDEX deliveries_history_failed ON deliveries_history (tenant_id, due_at, reminder_id) WHERE state <> 'delivered';

    CREATE TABLE inbox (
      received_order INTEGER PRIMARY KEY,
      tenant_id TEXT NOT NULL,
      delivery_id TEXT NOT NULL,
      reminder_id TEXT NOT NULL,
      content TEXT NOT NULL,
      due_at INTEGER NOT NULL,
      received_at INTEGER NOT NULL,
      UNIQUE (tenant_id, delivery_id)
    ) STRICT;

    CREATE INDEX inbox_age ON inbox (received_at);

    CREATE TABLE workers (
      id TEXT PRIMARY KEY,
      seen_at INTEGER NOT NULL
    ) WITHOUT ROWID, STRICT;

    CREATE TABLE idempotency (
      tenant_id TEXT NOT NULL,
      route TEXT NOT NULL,
      key TEXT NOT NULL,
      fingerprint TEXT NOT NULL,
      status INTEGER NOT NULL,
      body TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      PRIMARY KEY (tenant_id, route, key)
    ) WITHOUT ROWID, STRICT;
    CREATE INDEX idempotency_age ON idempotency (created_at);
  `,
};
