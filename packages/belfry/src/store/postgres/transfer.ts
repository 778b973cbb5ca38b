import { StoreError } from "../../domain/errors.ts";
import { MOVED_TABLES, type MovedTable } from "../moved-tables.ts";
import type { RowCounts, Transferable } from "../transfer.ts";
import { lockClass } from "./advisory.ts";
import type { ConnectionSettings } from "./connection-options.ts";
import { Database, type Queryable } from "./database.ts";
import { createLeaseWrites } from "./leases.ts";
import { TransactionLedger } from "./ledger.ts";
import { MIGRATIONS, migrateDatabase } from "./migrate.ts";
import { readMoveMark, writeMoveMark } from "./move-mark.ts";
import { readTime } from "./opening.ts";
import { refuseLive } from "./rest.ts";
import { readSecrets, replaceSecrets } from "./secrets.ts";
import { Session } from "./session.ts";
import { statement } from "./statement.ts";
import { countTable, readTable } from "./transfer-read.ts";
import { createArrival } from "./transfer-write.ts";
import type { Write } from "./writing.ts";

export interface PostgresTransferOptions extends Omit<ConnectionSettings, "applicationName"> {
  /** Whether Belfry's tables must be there already; else they are made. */
  mustExist: boolean;
}

/** Of a move that was killed, the server ends what it was just doing first. */
const HOLDS_WITHIN_MS = 5_000;
const TRIES_EVERY_MS = 100;
const USUAL_SCHEMA = "belfry";

const IS_THERE = statement("is_there", "SELECT to_regclass('workers') IS NOT NULL AS is_there");
const NEWEST = statement("newest_migration", "SELECT max(number) AS newest FROM migrations");
const IDENTITY = statement(
  "identity",
  "SELECT concat_ws(' ', pg_postmaster_start_time(), current_database(), current_schema()) AS identity",
);
const HOLD = statement("hold_for_move", "SELECT pg_try_advisory_lock($1, 0) AS is_held");
const EMPTY = statement("empty_arriving", "SELECT empty_arriving()");
/** What has come is added up: behind it begins what will be. */
const SUMMED = statement(
  "summed_to",
  "UPDATE installation SET summed_to = greatest(summed_to, (SELECT max(position) + 1 FROM ledger))",
);
/** Who may not do this is told so by a warning; the server does it by itself a little later. */
const ANALYZE = statement("analyze", `ANALYZE ${MOVED_TABLES.map(storedIn).join(", ")}`);

/**
 * Opens a database of PostgreSQL as one side of a move, and brings it to the newest schema.
 *
 * @throws StoreError naming the database, the cause and what helps
 */
export async function openPostgresTransfer(options: PostgresTransferOptions): Promise<Transferable> {
  const database = new Database({ ...options, applicationName: "belfry move", poolSize: 1 });
  const session = await Session.open(database);
  try {
    const isThere = await hasTables(session);
    if (!isThere && options.mustExist) throw absent(database);
    // Whoever works on it must not find the schema another one.
    if (isThere) await refuseLive(session, database);
    await migrateDatabase(database, await readTime(session));
    await refuseNewer(session, database);
    const [row] = await session.run(IDENTITY);
    return assemble({ database, session, identity: String(row?.identity) });
  } catch (error) {
    await session.close();
    throw error;
  }
}

function storedIn({ name }: MovedTable): string {
  return name === "events" ? "ledger" : name;
}

interface Parts {
  database: Database;
  session: Session;
  identity: string;
}

function assemble({ database, session, identity }: Parts): Transferable {
  const { schema } = database;
  const place = schema === USUAL_SCHEMA ? database.place : `${database.place} (schema ${schema})`;
  const leases = createLeaseWrites(database, createWrite(session));
  const arrive = createArrival();
  return {
    place,
    identity,
    hold: () => hold(session, { schema, place }),
    readMark: () => readMoveMark(session),
    enter: async (mark) => {
      // Most who are in the way are found without holding them up.
      await refuseLive(session, { schema, place });
      await session.transact(async (transaction) => {
        await writeMoveMark(transaction, mark);
        await refuseLive(transaction, { schema, place });
      });
    },
    mark: (mark) => session.transact((transaction) => writeMoveMark(transaction, mark)),
    endLeases: async (leaseMs) => {
      // Nobody is there.
      const gone = { lockClass: lockClass(schema, "worker"), goneBeforeMs: Number.MAX_SAFE_INTEGER };
      await leases.recover({ nowMs: await readTime(session), leaseMs, gone });
    },
    count: () => countAll(session),
    read: (table) => readTable(session, table),
    clear: async () => void (await session.run(EMPTY)),
    write: (table, rows) => session.transact((transaction) => arrive(transaction, table, rows)),
    complete: async () => {
      await session.run(SUMMED);
      await session.run(ANALYZE);
    },
    readSecrets: () => readSecrets(session),
    writeSecrets: async (secrets) => replaceSecrets(session, secrets, await readTime(session)),
    close: async () => {
      await session.close();
      await database.close();
    },
  };
}

async function hasTables(session: Session): Promise<boolean> {
  const [row] = await session.run(IS_THERE);
  return row?.is_there === true;
}

function absent({ place, schema }: Database): StoreError {
  return new StoreError("store_absent", `Cannot move: ${place} has no Belfry in its schema "${schema}"`);
}

/** A newer Belfry may keep what this one would leave behind, although it could work with it. */
async function refuseNewer(session: Session, { place }: Database): Promise<void> {
  const [row] = await session.run(NEWEST);
  const known = MIGRATIONS.at(-1)?.number ?? 0;
  if (Number(row?.newest) <= known) return;
  throw new StoreError(
    "store_newer",
    `Cannot move ${place}: it has migration ${row?.newest}, and this Belfry knows only ${known}; use the newer Belfry`,
  );
}

/** The lock goes with the session, however that ends. */
async function hold(session: Session, { schema, place }: { schema: string; place: string }): Promise<void> {
  const deadlineMs = performance.now() + HOLDS_WITHIN_MS;
  for (;;) {
    const [row] = await session.run(HOLD, [lockClass(schema, "move")]);
    if (row?.is_held === true) return;
    if (performance.now() > deadlineMs) break;
    await new Promise((resolve) => setTimeout(resolve, TRIES_EVERY_MS));
  }
  throw new StoreError("store_in_use", `Cannot move ${place}: another \`belfry move\` is at work on it`);
}

function createWrite(session: Session): Write {
  return (work) =>
    session.transact(async (transaction: Queryable) => {
      const ledger = new TransactionLedger();
      const { result, nowMs } = await work({ transaction, ledger });
      await ledger.write(transaction, nowMs);
      return result;
    });
}

async function countAll(session: Session): Promise<RowCounts> {
  const counts: [string, number][] = [];
  for (const table of MOVED_TABLES) counts.push([table.name, await countTable(session, table)]);
  return Object.fromEntries(counts) as RowCounts;
}
