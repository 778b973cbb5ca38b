import { DatabaseSync } from "node:sqlite";
import { Client } from "pg";
import { expect, test } from "vitest";
import { createDatabase } from "../../test/postgres/shared-postgres.ts";
import { MOVED_TABLES, type MovedTable } from "./moved-tables.ts";
import { openPostgresTransfer } from "./postgres/transfer.ts";
import { migrate } from "./sqlite/migrate.ts";

/** What each store makes anew, or keeps about itself, and why it is not moved. */
const STAYS: Record<string, readonly string[]> = {
  "the order of its rows": [
    "deliveries.promoted_order",
    "deliveries_history.settled_order",
    "inbox.received_order",
    "recipient_changes.mark",
  ],
  "follows from the id": [
    "reminders.shard",
    "reminders_history.shard",
    "deliveries.shard",
    "deliveries_history.shard",
  ],
  "of a process that is gone": ["workers.lock_key", "workers.machine"],
  "told to nobody once it is added up, which a move does": ["ledger.moves", "ledger.sums"],
  "the place in the log, in the words of each store": [
    ...["events.seq", "events.came_position", "events.came_idx", "events_purged.seq"],
    ...[
      "ledger.position",
      "ledger.part",
      "ledger.events",
      "events_purged.position",
      "events_purged.last_index",
    ],
  ],
  "the events' own time, which is in them": ["ledger.at"],
  "the tenant of its events": ["ledger.tenant_id"],
};

const staying = new Set(Object.values(STAYS).flat());
/** About the store itself; `secrets` are moved by themselves, since SQLite keeps them in files. */
const OWN = new Set(["migrations", "installation", "secrets", "sqlite_sequence"]);

const moved = new Set(MOVED_TABLES.flatMap(columnsOf));

function columnsOf({ name, columns }: MovedTable): string[] {
  return columns.map((column) => `${name}.${column.name}`);
}

function left(columns: readonly string[]): string[] {
  return columns.filter(
    (column) => !moved.has(column) && !staying.has(column) && !OWN.has(column.split(".")[0] ?? ""),
  );
}

test("every column of the schema of SQLite is moved, or stays for a reason", () => {
  using db = new DatabaseSync(":memory:");
  migrate(db, 0);
  const rows = db
    .prepare(
      `SELECT t.name || '.' || c.name AS name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'`,
    )
    .all();
  const columns = rows.map(({ name }) => String(name));
  expect(columns.length).toBeGreaterThan(100);
  expect(left(columns)).toEqual([]);
});

test("every column of the schema of PostgreSQL is moved, or stays for a reason", async () => {
  await using database = await createDatabase();
  const opened = await openPostgresTransfer({ url: database.url, schema: "belfry", mustExist: false });
  await opened.close();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = 'belfry'`,
  );
  await client.end();
  const columns = rows.map(({ name }) => name);
  expect(columns.length).toBeGreaterThan(100);
  expect(left(columns)).toEqual([]);
});
