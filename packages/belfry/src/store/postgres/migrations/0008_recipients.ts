import type { Migration } from "./migration.ts";

/**
 * People, campaigns and their events, as on SQLite.
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
  worksWith: 8,
  sql: `
    CREATE TABLE recipients (
      created_at bigint NOT NULL,
      updated_at bigint NOT NULL,
      revision integer NOT NULL,
      epoch integer NOT NULL,
      tenant_id text COLLATE "C" NOT NULL,
      id text COLLATE "C" NOT NULL,
      external_id text COLLATE "C",
      profile text NOT NULL,
      PRIMARY KEY (tenant_id, id)
    ) WITH (fillfactor = 80);
    CREATE UNIQUE INDEX recipients_external ON recipients (tenant_id, external_id) WHERE external_id IS NOT NULL;

    CREATE TABLE recipient_changes (
      mark bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      tenant_id text COLLATE "C" NOT NULL,
      recipient_id text COLLATE "C" NOT NULL,
      UNIQUE (tenant_id, recipient_id)
    );

    CREATE TABLE campaigns (
      tenant_id text COLLATE "C" NOT NULL,
      id text COLLATE "C" NOT NULL,
      state text NOT NULL,
      revision integer NOT NULL,
      spec text NOT NULL,
      sync_after text COLLATE "C",
      matched integer NOT NULL,
      looked_at integer NOT NULL,
      ringing text,
      created_at bigint NOT NULL,
      updated_at bigint NOT NULL,
      PRIMARY KEY (tenant_id, id)
    ) WITH (fillfactor = 70);
    CREATE INDEX campaigns_walking ON campaigns (tenant_id, id) WHERE sync_after IS NOT NULL OR ringing IS NOT NULL;
    CREATE INDEX campaigns_open ON campaigns (tenant_id, id) WHERE state <> 'stopped';

    ALTER TABLE reminders ADD COLUMN campaign_id text COLLATE "C";
    ALTER TABLE reminders ADD COLUMN rung integer NOT NULL DEFAULT 0;
    ALTER TABLE reminders_history ADD COLUMN campaign_id text COLLATE "C";
    ALTER TABLE reminders_history ADD COLUMN rung integer NOT NULL DEFAULT 0;
    CREATE INDEX reminders_recipient ON reminders (recipient_id, id) WHERE recipient_id IS NOT NULL;
    CREATE INDEX reminders_campaign ON reminders (campaign_id, id) WHERE campaign_id IS NOT NULL;
    CREATE INDEX reminders_history_recipient ON reminders_history (recipient_id) WHERE recipient_id IS NOT NULL;

    ALTER TABLE deliveries ADD COLUMN recipient_id text COLLATE "C";
    ALTER TABLE deliveries ADD COLUMN number integer NOT NULL DEFAULT 0;
    ALTER TABLE deliveries ADD COLUMN onward text;
    ALTER TABLE deliveries_history ADD COLUMN recipient_id text COLLATE "C";
    ALTER TABLE deliveries_history ADD COLUMN number integer NOT NULL DEFAULT 0;
    ALTER TABLE deliveries_history ADD COLUMN onward text;
    CREATE INDEX deliveries_history_recipient ON deliveries_history (recipient_id, due_at, reminder_id, id) WHERE recipient_id IS NOT NULL;

    CREATE TABLE acknowledgements (
      tenant_id text COLLATE "C" NOT NULL,
      occurrence_id text COLLATE "C" NOT NULL,
      delivery_id text NOT NULL,
      acknowledged_at bigint NOT NULL,
      snooze_id text,
      PRIMARY KEY (tenant_id, occurrence_id)
    );
    CREATE INDEX acknowledgements_age ON acknowledgements (acknowledged_at);

    CREATE TABLE calendar_events (
      tenant_id text COLLATE "C" NOT NULL,
      id text COLLATE "C" NOT NULL,
      recipient_id text COLLATE "C" NOT NULL,
      uid text COLLATE "C",
      revision integer NOT NULL,
      spec text NOT NULL,
      starts_at bigint NOT NULL,
      ends_at bigint NOT NULL,
      created_at bigint NOT NULL,
      updated_at bigint NOT NULL,
      PRIMARY KEY (tenant_id, id)
    );
    CREATE UNIQUE INDEX calendar_events_uid ON calendar_events (recipient_id, uid, tenant_id) WHERE uid IS NOT NULL;
    CREATE INDEX calendar_events_owner ON calendar_events (recipient_id, starts_at, id);
    CREATE INDEX calendar_events_start ON calendar_events (tenant_id, starts_at, id);
    CREATE INDEX calendar_events_age ON calendar_events (ends_at);

    CREATE TABLE calendar_feeds (
      token_hash text PRIMARY KEY,
      id text COLLATE "C" NOT NULL,
      tenant_id text COLLATE "C" NOT NULL,
      recipient_id text COLLATE "C" NOT NULL,
      created_at bigint NOT NULL
    );
    CREATE INDEX calendar_feeds_owner ON calendar_feeds (recipient_id);

    CREATE TABLE facts (
      name text PRIMARY KEY,
      value text NOT NULL
    );
  `,
};
