import type { Migration } from "./migration.ts";

/**
 * What moving to another store and back needs: the mark with which nothing starts (`move-mark.ts`), and of
 * events that came from another store, the place that they had in its log.
 */
export const moves: Migration = {
  number: 7,
  name: "moves",
  sql: `
    CREATE TABLE installation (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      move_id TEXT,
      move_stage TEXT CHECK (move_stage IN ('leaving', 'left', 'arriving', 'arrived')),
      move_place TEXT
    ) STRICT;
    INSERT INTO installation (id) VALUES (1);

    ALTER TABLE events ADD COLUMN came_position INTEGER;
    ALTER TABLE events ADD COLUMN came_idx INTEGER;
    CREATE INDEX events_came ON events (tenant_id, came_position, came_idx) WHERE came_position IS NOT NULL;
  `,
};
