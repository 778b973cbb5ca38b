import type { Migration } from "./migration.ts";

/** Whoever meets the fence gets this SQLSTATE, with the stage of the move as message and the other place as detail. */
export const FENCED = "BFMVD";

/**
 * What moving to another store and back needs: the mark with which nothing starts (`move-mark.ts`), and a
 * fence. A process that was cut off from the database while it was moved comes back believing that it may
 * go on; on SQLite the lock of the folder keeps it out, here triggers do, which are there only then, and so
 * cost nothing otherwise. The move's own sessions pass them by a setting.
 *
 * Programs of before know neither mark nor fence, so none of them may start any more. The functions run as
 * the owner of the tables, whom a move need not be.
 */
export const moves: Migration = {
  number: 7,
  name: "moves",
  worksWith: 7,
  sql: `
    ALTER TABLE installation
      ADD COLUMN move_id text,
      ADD COLUMN move_stage text CHECK (move_stage IN ('leaving', 'left', 'arriving', 'arrived')),
      ADD COLUMN move_place text;

    CREATE FUNCTION refuse_fenced() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    DECLARE
      mark installation;
    BEGIN
      IF current_setting('belfry.move', true) = 'on' THEN
        RETURN NULL;
      END IF;
      SELECT * INTO mark FROM installation;
      RAISE EXCEPTION USING ERRCODE = '${FENCED}', MESSAGE = mark.move_stage, DETAIL = mark.move_place;
    END $$;

    CREATE FUNCTION moved_tables() RETURNS SETOF name LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
      SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
      AND NOT relispartition AND relname NOT IN ('installation', 'migrations') ORDER BY relname
    $$;

    CREATE FUNCTION set_fence(is_up boolean) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
      SET search_path FROM CURRENT AS $$
    DECLARE
      name text;
    BEGIN
      FOR name IN SELECT * FROM moved_tables() LOOP
        IF is_up THEN
          EXECUTE format('CREATE OR REPLACE TRIGGER fence BEFORE INSERT OR UPDATE OR DELETE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_fenced()', name);
        ELSE
          EXECUTE format('DROP TRIGGER IF EXISTS fence ON %I', name);
        END IF;
      END LOOP;
    END $$;

    CREATE FUNCTION empty_arriving() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
      SET search_path FROM CURRENT AS $$
    BEGIN
      IF (SELECT move_stage FROM installation) IS DISTINCT FROM 'arriving' THEN
        RAISE EXCEPTION 'Cannot delete everything: no move is arriving';
      END IF;
      EXECUTE (SELECT 'TRUNCATE ' || string_agg(format('%I', name), ', ') || ' RESTART IDENTITY' FROM moved_tables() AS name);
    END $$;
  `,
};
