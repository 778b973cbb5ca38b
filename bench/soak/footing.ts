import { statSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { startPostgres } from "../../packages/belfry/test/postgres/start-postgres.ts";
import { remainsOf } from "./remains.ts";

const MEBIBYTE = 1_048_576;

/** Where the server under load keeps what it accepted. */
export interface Footing {
  /** Settings that have it kept there. */
  settings: Readonly<Record<string, string>>;
  /** What takes room, in MiB each. */
  sizes(): Promise<readonly [number, number]>;
  sizeNames: readonly [string, string];
  /** What a stopped server leaves: rows by table, and the like. */
  remains(): Promise<Record<string, number>>;
  close(): Promise<void>;
}

/** @param name `sqlite` or `postgres` */
export async function openFooting(name: string, folder: string): Promise<Footing> {
  if (name === "sqlite") return sqliteFooting(folder);
  if (name === "postgres") return postgresFooting();
  throw new Error(`Cannot measure on "${name}": there are sqlite, postgres`);
}

function sqliteFooting(folder: string): Footing {
  const sizeOf = (file: string): number =>
    (statSync(join(folder, file), { throwIfNoEntry: false })?.size ?? 0) / MEBIBYTE;
  return {
    settings: {},
    sizes: async () => [sizeOf("belfry.db"), sizeOf("belfry.db-wal")],
    sizeNames: ["belfry.db", "belfry.db-wal"],
    remains: async () => remainsOf(folder),
    close: async () => {},
  };
}

/** But for the history, a table a day, which grows until retention drops it. */
const IS_HOT = "c.relname !~ '_history'";
const TABLES = `FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'belfry' AND c.relkind = 'r'`;

/** Its own server, with its own vacuum; commits wait for the disk. */
async function postgresFooting(): Promise<Footing> {
  const server = await startPostgres({ durable: true });
  const client = new pg.Client({ connectionString: server.url() });
  await client.connect();
  const ask = async <Row extends pg.QueryResultRow>(text: string): Promise<Row[]> =>
    (await client.query<Row>(text)).rows;
  return {
    settings: { BELFRY_DATABASE_URL: server.url() },
    sizes: async () => {
      const [row] = await ask<{ tables: number; indexes: number }>(
        `SELECT sum(pg_table_size(c.oid))::float8 AS tables, sum(pg_indexes_size(c.oid))::float8 AS indexes ${TABLES} AND ${IS_HOT}`,
      );
      return [(row?.tables ?? 0) / MEBIBYTE, (row?.indexes ?? 0) / MEBIBYTE];
    },
    sizeNames: ["hot tables", "their indexes"],
    remains: async () => {
      const tables = await ask<{ name: string }>(`SELECT c.relname AS name ${TABLES} ORDER BY 1`);
      const rows: Record<string, number> = {};
      for (const { name } of tables)
        rows[name] = (await ask<{ n: number }>(`SELECT count(*)::int AS n FROM belfry."${name}"`))[0]?.n ?? 0;
      return rows;
    },
    close: async () => {
      await client.end();
      await server[Symbol.asyncDispose]();
    },
  };
}
