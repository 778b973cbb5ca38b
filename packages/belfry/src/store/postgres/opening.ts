import { StoreError } from "../../domain/errors.ts";
import { refuseMarked } from "../move-mark.ts";
import type { Database, Queryable, Row } from "./database.ts";
import { storeError } from "./failure.ts";
import { takesNoWrites } from "./fitness.ts";
import { migrateDatabase } from "./migrate.ts";
import { readMoveMark } from "./move-mark.ts";
import { makeComing } from "./partitions.ts";
import { GRANTING, MISSING_RIGHTS, missingInWords } from "./rights.ts";
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
const ANSWER = statement(
  "ping",
  `SELECT pg_is_in_recovery() AS is_standby, current_setting('transaction_read_only')::boolean AS is_read_only, move_stage
   FROM installation`,
);

/** The database's own time, in ms since the epoch. */
export async function readTime(database: Queryable): Promise<number> {
  const [row] = await database.run(TIME);
  return Number(row?.now);
}

/** Makes sure that the database can be worked on, and is of the newest schema. */
export async function openChecked(database: Database): Promise<void> {
  try {
    const nowMs = await readTime(database);
    await migrateDatabase(database, nowMs);
    await refuseWithoutRights(database);
    refuseMarked(database.place, await readMoveMark(database));
    await database.write(CONTINUE);
    await makeComing(database, nowMs);
    const [row] = await database.run(STARTED);
    database.outages.startedBefore(Number(row?.up));
  } catch (error) {
    throw storeError("open", database.place, error instanceof StoreError ? reopened(error) : error);
  }
}

/** Better now than one by one as they are needed. */
async function refuseWithoutRights(database: Database): Promise<void> {
  const missing = missingInWords(await database.run(MISSING_RIGHTS));
  if (missing === null) return;
  const message = `Cannot open the database ${database.place}: the user of BELFRY_DATABASE_URL ${missing}; ${GRANTING}`;
  throw new StoreError("store_denied", message);
}

/** What was met while opening is told as such. */
function reopened(error: StoreError): unknown {
  return error.cause ?? error;
}

/** Rejects if the database does not answer, or takes no writes. */
export function createProbe(database: Database): () => Promise<void> {
  return async () => {
    const [row]: Row[] = await database.run(ANSWER);
    if (typeof row?.move_stage === "string") refuseMarked(database.place, await readMoveMark(database));
    if (row?.is_read_only !== true) return;
    const advice = takesNoWrites({ is_standby: row.is_standby === true });
    throw new StoreError("store_read_only", `Cannot write to the database ${database.place}: ${advice}`);
  };
}
