import { StoreError } from "../../domain/errors.ts";
import type { Database, Row } from "./database.ts";
import { storeError } from "./failure.ts";
import { migrateDatabase } from "./migrate.ts";
import { makeComing } from "./partitions.ts";
import { statement } from "./statement.ts";

const TIME = statement("read_time", "SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now");
const STARTED = statement(
  "read_uptime",
  "SELECT extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::float8 * 1000 AS up",
);
/** Where the data have come from a server that had counted further, the log goes on behind all that it holds. */
const CONTINUE = statement(
  "continue_positions",
  `UPDATE installation SET position_offset = position_offset + behind.n FROM (
     SELECT greatest((SELECT max(position) FROM ledger), (SELECT max(position) FROM events_purged), (SELECT summed_to FROM installation)) - next_position() + 1 AS n) AS behind
   WHERE behind.n > 1`,
);
const MOVED = statement("read_moved", "SELECT moved_to FROM installation");
const ANSWER = statement("ping", "SELECT pg_is_in_recovery() AS is_standby");

/** The database's own time, in ms since the epoch. */
export async function readTime(database: Database): Promise<number> {
  const [row] = await database.run(TIME);
  return Number(row?.now);
}

/** Makes sure that the database can be worked on, and is of the newest schema. */
export async function openChecked(database: Database): Promise<void> {
  try {
    const nowMs = await readTime(database);
    await migrateDatabase(database, nowMs);
    await refuseMoved(database);
    await database.write(CONTINUE);
    await makeComing(database, nowMs);
    const [row] = await database.run(STARTED);
    database.outages.startedBefore(Number(row?.up));
  } catch (error) {
    throw storeError("open", database.place, error instanceof StoreError ? reopened(error) : error);
  }
}

/** What was met while opening is told as such. */
function reopened(error: StoreError): unknown {
  return error.cause ?? error;
}

async function refuseMoved(database: Database): Promise<void> {
  const [row] = await database.run(MOVED);
  if (typeof row?.moved_to !== "string") return;
  const advice = `what it held was moved to ${row.moved_to}; use that one`;
  throw new StoreError("store_moved", `Cannot open the database ${database.place}: ${advice}`);
}

/** Rejects if the database does not answer, or takes no writes. */
export function createProbe(database: Database): () => Promise<void> {
  return async () => {
    const [row]: Row[] = await database.run(ANSWER);
    if (row?.is_standby !== true) return;
    const advice = "it takes no writes, since it is a standby; name the primary in BELFRY_DATABASE_URL";
    throw new StoreError("store_read_only", `Cannot write to the database ${database.place}: ${advice}`);
  };
}
