import { randomBytes } from "node:crypto";
import pg from "pg";
import { startPostgres } from "../../../packages/belfry/test/postgres/start-postgres.ts";
import type { Settings } from "../drivers/driver.ts";
import type { Place, StorePlace } from "./place.ts";

/** Printed as the server itself tells them. */
const TOLD = [
  "server_version",
  "fsync",
  "synchronous_commit",
  "full_page_writes",
  "shared_buffers",
  "max_wal_size",
  "max_connections",
  "autovacuum",
];

const BYTES = `SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::float8 AS bytes
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`;

/** One server for all that keep their reminders in PostgreSQL; its commits wait for the disk. */
export async function openPostgresPlace(): Promise<Place> {
  const server = await startPostgres({ durable: true });
  const admin = (statement: string) => ask<Settings>(server.url(), statement);
  return {
    describe: async () => {
      const columns = TOLD.map((name) => `current_setting('${name}') AS ${name}`);
      const [told] = await admin(`SELECT ${columns.join(", ")}`);
      return told ?? {};
    },
    open: async () => {
      const name = `peers_${randomBytes(6).toString("hex")}`;
      await admin(`CREATE DATABASE ${name} TEMPLATE template0`);
      return storeOf(server.url(name), () => admin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
    close: () => server[Symbol.asyncDispose](),
  };
}

function storeOf(address: string, drop: () => Promise<unknown>): StorePlace {
  return {
    address,
    settle: async () => {
      await ask(address, "VACUUM (ANALYZE)");
      await ask(address, "CHECKPOINT");
    },
    bytes: async () => (await ask<{ bytes: number }>(address, BYTES))[0]?.bytes ?? Number.NaN,
    drop: async () => void (await drop()),
  };
}

async function ask<Row extends object>(address: string, statement: string): Promise<Row[]> {
  const client = new pg.Client(address);
  await client.connect();
  try {
    return (await client.query<Row & pg.QueryResultRow>(statement)).rows;
  } finally {
    await client.end();
  }
}
