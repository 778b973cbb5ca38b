import type { Migration } from "./migration.ts";

const HOT =
  "fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.05";

/** Of a reminder, in the order of their alignment: what has no fixed length comes last. */
const REMINDER = `
      next_due bigint,
      created_at bigint NOT NULL,
      updated_at bigint NOT NULL,
      version integer NOT NULL,
      epoch integer NOT NULL,
      shard smallint NOT NULL,
      state text NOT NULL,
      tenant_id text NOT NULL,
      id text NOT NULL,
      series text,
      recipient_id text,
      time_zone text NOT NULL,
      spec text NOT NULL,
      next_occurrence text,
      skips text`;

const DELIVERY = `
      due_at bigint NOT NULL,
      send_at bigint NOT NULL,
      expires_at bigint NOT NULL,
      accepted_at bigint NOT NULL,
      promoted_at bigint NOT NULL,
      redriven_at bigint,
      epoch integer NOT NULL,
      recipient_epoch integer NOT NULL DEFAULT 0,
      attempts integer NOT NULL,
      lost_leases integer NOT NULL,
      fence integer NOT NULL,
      shard smallint NOT NULL,
      state text NOT NULL,
      kind text NOT NULL,
      tenant_id text NOT NULL,
      id text NOT NULL,
      reminder_id text NOT NULL,
      occurrence_id text NOT NULL,
      series text,
      lane text NOT NULL,
      channel text NOT NULL,
      target text NOT NULL,
      occurrence text NOT NULL,
      story text NOT NULL,
      note text,
      reason text`;

/**
 * All that the store on SQLite has by its sixth step. Hot tables (`reminders`, `deliveries`) hold what is
 * still to come; what is settled rests in the `_history` tables, a partition a day, so that retention
 * drops tables instead of deleting rows. Instants are milliseconds since the epoch.
 *
 * `deliveries.claim_at` is the one column that the claim reads: the instant to send, or the end of the
 * lease while a worker holds it, or NULL while its lane is at its limit (parked). It stands alone in its
 * index, so that nothing unbounded comes before the due time.
 *
 * No statement has two indexes to choose from: a table that is empty when a connection plans a statement
 * tells the planner nothing, and a plan by the wrong one would be kept while the table grows. So those of
 * the deliveries do not begin with the tenant, and the ones that walk a tenant's list in its order have it
 * in another collation, which only the lists name ("POSIX" sorts as "C" does).
 *
 * What every commit tells (events, how many rows moved from state to state, sums of minutes) is one row of
 * `ledger` for each tenant: rows that all would update would make them wait for each other, and whoever
 * is stopped in the middle would stop all. A pass of the scheduler adds the rows up into `counts` and
 * `delivery_stats`. `position` is the number of the transaction, and none is read while an older one may
 * still commit, so that a stream that resumes misses nothing; `position_offset` keeps it growing where the
 * data have moved to another server.
 *
 * `series` is NULL where it is the reminder's own id, `skips` where there are none.
 */
export const first: Migration = {
  number: 6,
  name: "first",
  worksWith: 6,
  sql: `
    CREATE TABLE installation (
      id boolean PRIMARY KEY DEFAULT true CHECK (id),
      position_offset bigint NOT NULL DEFAULT 0,
      summed_to bigint NOT NULL DEFAULT 0
    );
    INSERT INTO installation DEFAULT VALUES;

    CREATE FUNCTION next_position() RETURNS bigint LANGUAGE sql STABLE PARALLEL UNSAFE AS
      'SELECT pg_current_xact_id()::text::bigint + position_offset FROM installation';
    CREATE FUNCTION visible_before() RETURNS bigint LANGUAGE sql STABLE AS
      'SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + position_offset FROM installation';
    CREATE FUNCTION refuse(code text) RETURNS void LANGUAGE plpgsql AS
      'BEGIN RAISE EXCEPTION USING ERRCODE = ''BFRFS'', MESSAGE = code; END';

    CREATE TABLE secrets (
      name text PRIMARY KEY,
      value text NOT NULL,
      created_at bigint NOT NULL
    );

    CREATE TABLE tenants (
      id text COLLATE "C" PRIMARY KEY,
      name text NOT NULL,
      time_zone text NOT NULL,
      revision integer NOT NULL,
      created_at bigint NOT NULL,
      updated_at bigint NOT NULL
    );

    CREATE TABLE api_keys (
      tenant_id text COLLATE "C" NOT NULL,
      id text COLLATE "C" NOT NULL,
      name text NOT NULL,
      hash text NOT NULL UNIQUE,
      hint text,
      scopes text NOT NULL,
      created_at bigint NOT NULL,
      expires_at bigint,
      last_used_at bigint,
      PRIMARY KEY (tenant_id, id)
    ) WITH (fillfactor = 70);

    CREATE TABLE endpoints (
      tenant_id text COLLATE "C" NOT NULL,
      name text COLLATE "C" NOT NULL,
      id text NOT NULL,
      url text NOT NULL,
      secrets text NOT NULL,
      state text NOT NULL,
      off_reason text,
      revision integer NOT NULL,
      created_at bigint NOT NULL,
      updated_at bigint NOT NULL,
      PRIMARY KEY (tenant_id, name)
    );

    CREATE TABLE reminders (${sorted(REMINDER)},
      PRIMARY KEY (tenant_id, id)
    ) WITH (${HOT});
    CREATE INDEX reminders_due ON reminders (next_due) WHERE state = 'active' AND next_due IS NOT NULL;
    CREATE INDEX reminders_idle ON reminders (tenant_id, id) WHERE state <> 'active';

    CREATE TABLE reminders_history (${sorted(REMINDER)},
      PRIMARY KEY (tenant_id, id, updated_at)
    ) PARTITION BY RANGE (updated_at);
    CREATE INDEX reminders_history_cancelled ON reminders_history (tenant_id, id) WHERE state = 'cancelled';

    CREATE TABLE deliveries (${sorted(DELIVERY)},
      claim_at bigint,
      worker text,
      PRIMARY KEY (id, tenant_id)
    ) WITH (${HOT});
    CREATE INDEX deliveries_claim ON deliveries (claim_at) WHERE claim_at IS NOT NULL;
    CREATE INDEX deliveries_parked ON deliveries (lane, send_at) WHERE claim_at IS NULL;
    CREATE INDEX deliveries_reminder ON deliveries (reminder_id, due_at);
    CREATE INDEX deliveries_due ON deliveries (tenant_id COLLATE "POSIX", due_at, reminder_id, id);

    CREATE TABLE deliveries_history (${sorted(DELIVERY)},
      settled_at bigint NOT NULL,
      PRIMARY KEY (id, tenant_id, settled_at)
    ) PARTITION BY RANGE (settled_at);
    CREATE INDEX deliveries_history_due ON deliveries_history (tenant_id COLLATE "POSIX", due_at, reminder_id, id);
    CREATE INDEX deliveries_history_reminder ON deliveries_history (reminder_id, due_at);
    CREATE INDEX deliveries_history_failed ON deliveries_history (tenant_id COLLATE "POSIX", due_at, reminder_id, id) WHERE state <> 'delivered';
    CREATE INDEX deliveries_history_retriable ON deliveries_history (tenant_id, state, settled_at, id)
      WHERE state IN ('dead', 'expired');

    CREATE FUNCTION make_partitions(day bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
      SET search_path FROM CURRENT AS $$
    DECLARE
      parent text;
      name text;
      ms bigint := day * 86400000;
    BEGIN
      -- In the order in which a settlement writes into them.
      FOREACH parent IN ARRAY ARRAY['deliveries_history', 'reminders_history'] LOOP
        name := parent || '_' || to_char(to_timestamp(ms / 1000) AT TIME ZONE 'UTC', 'YYYYMMDD');
        IF to_regclass(quote_ident(name)) IS NULL THEN
          PERFORM pg_advisory_xact_lock(hashtextextended(current_schema() || '.' || parent, 0));
          EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%s) TO (%s)', name, parent, ms, ms + 86400000);
        END IF;
      END LOOP;
    END $$;

    CREATE FUNCTION drop_partition(name text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
      SET search_path FROM CURRENT AS $$
    BEGIN
      IF name !~ '^(reminders|deliveries)_history_[0-9]{8}$' THEN
        RAISE EXCEPTION 'Cannot drop %: it is no partition of the history', name;
      END IF;
      EXECUTE format('DROP TABLE IF EXISTS %I', name);
    END $$;

    CREATE TABLE inbox (
      received_order bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      tenant_id text COLLATE "C" NOT NULL,
      delivery_id text NOT NULL,
      reminder_id text NOT NULL,
      content text NOT NULL,
      due_at bigint NOT NULL,
      received_at bigint NOT NULL,
      UNIQUE (tenant_id, delivery_id)
    );
    CREATE INDEX inbox_list ON inbox (tenant_id, received_order);
    CREATE INDEX inbox_age ON inbox (received_at);

    CREATE TABLE workers (
      id text PRIMARY KEY,
      lock_key integer GENERATED ALWAYS AS IDENTITY,
      roles text NOT NULL,
      host text NOT NULL,
      pid integer NOT NULL,
      version text NOT NULL,
      partition text,
      started_at bigint NOT NULL,
      seen_at bigint NOT NULL,
      holding text,
      left_at bigint
    ) WITH (fillfactor = 50);

    CREATE TABLE idempotency (
      tenant_id text COLLATE "C" NOT NULL,
      route text COLLATE "C" NOT NULL,
      key text COLLATE "C" NOT NULL,
      fingerprint text NOT NULL,
      status integer NOT NULL,
      body text NOT NULL,
      created_at bigint NOT NULL,
      PRIMARY KEY (tenant_id, route, key)
    );
    CREATE INDEX idempotency_age ON idempotency (created_at);

    CREATE TABLE sent_keys (
      tenant_id text COLLATE "C" NOT NULL,
      occurrence_id text COLLATE "C" NOT NULL,
      sent_at bigint NOT NULL,
      PRIMARY KEY (tenant_id, occurrence_id)
    );
    CREATE INDEX sent_keys_age ON sent_keys (sent_at);

    CREATE TABLE ledger (
      position bigint NOT NULL,
      at bigint NOT NULL,
      part integer NOT NULL,
      tenant_id text COLLATE "C" NOT NULL,
      events text,
      moves text,
      sums text
    ) WITH (autovacuum_vacuum_scale_factor = 0.05);
    CREATE INDEX ledger_position ON ledger (position);
    CREATE INDEX ledger_events ON ledger (tenant_id, position, part) WHERE events IS NOT NULL;

    CREATE TABLE events_purged (
      tenant_id text COLLATE "C" PRIMARY KEY,
      position bigint NOT NULL,
      last_index integer NOT NULL
    );

    CREATE TABLE counts (
      tenant_id text COLLATE "C" NOT NULL,
      kind text NOT NULL,
      state text NOT NULL,
      n bigint NOT NULL,
      PRIMARY KEY (tenant_id, kind, state)
    ) WITH (fillfactor = 50);

    CREATE TABLE delivery_stats (
      tenant_id text COLLATE "C" NOT NULL,
      minute bigint NOT NULL,
      metric text COLLATE "C" NOT NULL,
      bucket integer NOT NULL,
      n bigint NOT NULL,
      PRIMARY KEY (tenant_id, minute, metric, bucket)
    ) WITH (fillfactor = 70);
    CREATE INDEX delivery_stats_age ON delivery_stats (minute);
  `,
};

/** Ids, lanes and the like sort byte by byte, as they do everywhere else in Belfry, and compare faster so. */
function sorted(columns: string): string {
  return columns.replace(/^(\s+(?:tenant_id|id|reminder_id|occurrence_id|lane) text)/gm, '$1 COLLATE "C"');
}
