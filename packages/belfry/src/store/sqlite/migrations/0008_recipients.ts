import type { Migration } from "./migration.ts";

/**
 * People, campaigns and their events.
 *
 * `recipient_changes` holds what has to follow a change of a recipient until it has followed, so that no end
 * of a process leaves it undone; `mark` tells two changes of one apart. `sync_after` of a campaign is how
 * far the walk over the recipients has come, NULL when it has been round; `ringing` is a ring by hand that is on
 * its way to all of them. `onward` of a delivery is what
 * follows it: the channels that are left, or how often it has been repeated. `facts` is what an installation
 * knows of itself, such as the zone data that its plans were made with.
 */
export const recipients: Migration = {
  number: 8,
  name: "recipients",
  sql: `
    CREATE TABLE recipients (
      tenant_id TEXT NOT NULL,
      id TEXT NOT NULL,
      external_id TEXT,
      revision INTEGER NOT NULL,
      epoch INTEGER NOT NULL,
      profile TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      PRIMARY KEY (tenant_id, id)
    ) WITHOUT ROWID, STRICT;
    CREATE UNIQUE INDEX recipients_external ON recipients (tenant_id, external_id) WHERE external_id IS NOT NULL;

    CREATE TABLE recipient_changes (
      mark INTEGER PRIMARY KEY AUTOINCREMENT,
      tenant_id TEXT NOT NULL,
      recipient_id TEXT NOT NULL,
      UNIQUE (tenant_id, recipient_id)
    ) STRICT;

    CREATE TABLE campaigns (
      tenant_id TEXT NOT NULL,
      id TEXT NOT NULL,
      state TEXT NOT NULL,
      revision INTEGER NOT NULL,
      spec TEXT NOT NULL,
      sync_after TEXT,
      matched INTEGER NOT NULL,
      looked_at INTEGER NOT NULL,
      ringing TEXT,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      PRIMARY KEY (tenant_id, id)
    ) WITHOUT ROWID, STRICT;
    CREATE INDEX campaigns_walking ON campaigns (tenant_id, id) WHERE sync_after IS NOT NULL OR ringing IS NOT NULL;
    CREATE INDEX campaigns_open ON campaigns (tenant_id, id) WHERE state <> 'stopped';

    ALTER TABLE reminders ADD COLUMN campaign_id TEXT;
    ALTER TABLE reminders ADD COLUMN rung INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE reminders_history ADD COLUMN campaign_id TEXT;
    ALTER TABLE reminders_history ADD COLUMN rung INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX reminders_recipient ON reminders (tenant_id, recipient_id, id) WHERE recipient_id IS NOT NULL;
    CREATE INDEX reminders_campaign ON reminders (tenant_id, campaign_id, id) WHERE campaign_id IS NOT NULL;
    CREATE INDEX reminders_history_recipient ON reminders_history (tenant_id, recipient_id) WHERE recipient_id IS NOT NULL;

    ALTER TABLE deliveries ADD COLUMN recipient_id TEXT;
    ALTER TABLE deliveries ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE deliveries ADD COLUMN onward TEXT;
    ALTER TABLE deliveries_history ADD COLUMN recipient_id TEXT;
    ALTER TABLE deliveries_history ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE deliveries_history ADD COLUMN onward TEXT;
    CREATE INDEX deliveries_history_recipient ON deliveries_history (tenant_id, recipient_id, due_at, reminder_id, id)
      WHERE recipient_id IS NOT NULL;

    CREATE TABLE acknowledgements (
      tenant_id TEXT NOT NULL,
      occurrence_id TEXT NOT NULL,
      delivery_id TEXT NOT NULL,
      acknowledged_at INTEGER NOT NULL,
      snooze_id TEXT,
      PRIMARY KEY (tenant_id, occurrence_id)
    ) WITHOUT ROWID, STRICT;
    CREATE INDEX acknowledgements_age ON acknowledgements (acknowledged_at);

    CREATE TABLE calendar_events (
      tenant_id TEXT NOT NULL,
      id TEXT NOT NULL,
      recipient_id TEXT NOT NULL,
      uid TEXT,
      revision INTEGER NOT NULL,
      spec TEXT NOT NULL,
      starts_at INTEGER NOT NULL,
      ends_at INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      PRIMARY KEY (tenant_id, id)
    ) WITHOUT ROWID, STRICT;
    CREATE UNIQUE INDEX calendar_events_uid ON calendar_events (tenant_id, recipient_id, uid) WHERE uid IS NOT NULL;
    CREATE INDEX calendar_events_owner ON calendar_events (tenant_id, recipient_id, starts_at, id);
    CREATE INDEX calendar_events_start ON calendar_events (tenant_id, starts_at, id);
    CREATE INDEX calendar_events_age ON calendar_events (ends_at);

    CREATE TABLE calendar_feeds (
      token_hash TEXT PRIMARY KEY,
      id TEXT NOT NULL,
      tenant_id TEXT NOT NULL,
      recipient_id TEXT NOT NULL,
      created_at INTEGER NOT NULL
    ) WITHOUT ROWID, STRICT;
    CREATE INDEX calendar_feeds_owner ON calendar_feeds (tenant_id, recipient_id);

    CREATE TABLE facts (
      name TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) WITHOUT ROWID, STRICT;
  `,
};
