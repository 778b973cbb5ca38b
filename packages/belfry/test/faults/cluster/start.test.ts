import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MIGRATIONS } from "../../../src/store/postgres/migrate.ts";
import { type PostgresServer, startPostgres } from "../../postgres/start-postgres.ts";
import { ask } from "./account.ts";
import { ADMIN_KEY } from "./cluster.ts";
import { type CutMoment, DatabaseProxy } from "./database-proxy.ts";
import { RoleProcess } from "./role-process.ts";

const WITHIN_MS = 60_000;

let postgres: PostgresServer;
let databases = 0;

beforeAll(async () => {
  postgres = await startPostgres();
}, WITHIN_MS);

afterAll(() => postgres?.[Symbol.asyncDispose]());

async function emptyDatabase(): Promise<string> {
  databases += 1;
  await ask(postgres.url(), `CREATE DATABASE start_${databases} TEMPLATE template0`);
  return postgres.url(`start_${databases}`);
}

/** A process whose connection is cut at the nth commit of its start, and what it works on. */
async function startCut(
  moment: CutMoment,
  nth: number,
  isToWait: boolean,
): Promise<{ complaints: string; databaseUrl: string }> {
  const databaseUrl = await emptyDatabase();
  await using proxy = await DatabaseProxy.start(postgres.port);
  let seen = 0;
  proxy.cutNext((message) => message.kind === "commit" && ++seen === nth, moment);
  const url = proxy.through(databaseUrl);
  const settings = { BELFRY_PORT: "0", BELFRY_ADMIN_KEY: ADMIN_KEY, BELFRY_DATABASE_URL: url };
  await using process = new RoleProcess({ role: "scheduler", settings });
  if (isToWait) await process.start();
  else await expect(process.start()).rejects.toThrow("it ended with 1");
  if (!isToWait) await process.start();
  expect(proxy.cuts[moment]).toBe(1);
  return { complaints: process.complaints, databaseUrl };
}

async function migrationsOf(databaseUrl: string): Promise<number[]> {
  const rows = await ask(databaseUrl, "SELECT number FROM belfry.migrations ORDER BY number");
  return rows.map(({ number }) => Number(number));
}

describe("a start whose connection is cut", { timeout: WITHIN_MS }, () => {
  test.for([
    ["before", 1],
    ["after", MIGRATIONS.length],
  ] as const)("%s the commit of migration %i is done, goes on by itself", async ([moment, nth]) => {
    const { databaseUrl } = await startCut(moment, nth, true);
    expect(await migrationsOf(databaseUrl)).toEqual(MIGRATIONS.map(({ number }) => number));
  });

  test.for(["before", "after"] as const)(
    "%s its first commit after the migrations, ends with the reason, and the next one finds all as it should be",
    async (moment) => {
      const { complaints, databaseUrl } = await startCut(moment, MIGRATIONS.length + 1, false);
      expect(complaints).toMatch(/^Cannot write to the database \S+: the connection broke off/);
      expect(await migrationsOf(databaseUrl)).toEqual(MIGRATIONS.map(({ number }) => number));
    },
  );
});
