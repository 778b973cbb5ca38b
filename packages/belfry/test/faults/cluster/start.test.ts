import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MIGRATIONS } from "../../../src/store/postgres/migrate.ts";
import { spawnBelfry } from "../../e2e/belfry-command.ts";
import { type PostgresServer, startPostgres } from "../../postgres/start-postgres.ts";
import { ask } from "./account.ts";
import { ADMIN_KEY } from "./cluster.ts";
import { type CutMoment, DatabaseProxy } from "./database-proxy.ts";
import type { FrontendMessage } from "./frontend-messages.ts";
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
): Promise<{ complaints: string; databaseUrl: string }> {
  const databaseUrl = await emptyDatabase();
  await using proxy = await DatabaseProxy.start(postgres.port);
  let seen = 0;
  proxy.cutNext((message) => message.kind === "commit" && ++seen === nth, moment);
  const url = proxy.through(databaseUrl);
  const settings = { BELFRY_PORT: "0", BELFRY_ADMIN_KEY: ADMIN_KEY, BELFRY_DATABASE_URL: url };
  await using process = new RoleProcess({ role: "scheduler", settings });
  await process.start();
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
    const { databaseUrl } = await startCut(moment, nth);
    expect(await migrationsOf(databaseUrl)).toEqual(MIGRATIONS.map(({ number }) => number));
  });

  test.for(["before", "after"] as const)(
    "%s its first commit after the migrations, says so and goes on",
    async (moment) => {
      const { complaints, databaseUrl } = await startCut(moment, MIGRATIONS.length + 1);
      expect(complaints).toMatch(/Cannot write to the database \S+: the connection broke off/);
      expect(await migrationsOf(databaseUrl)).toEqual(MIGRATIONS.map(({ number }) => number));
    },
  );
});

describe("a worker's start whose connection is cut at a statement of its own", {
  timeout: 2 * WITHIN_MS,
}, () => {
  let databaseUrl: string;

  /** Starts and ends one, whose messages `watch` sees; it must come up by itself. */
  async function startThrough(watch: (proxy: DatabaseProxy) => void): Promise<DatabaseProxy["cuts"]> {
    await using proxy = await DatabaseProxy.start(postgres.port);
    watch(proxy);
    const settings = { BELFRY_PORT: "0", BELFRY_ADMIN_KEY: ADMIN_KEY };
    const url = proxy.through(databaseUrl);
    await using process = new RoleProcess({
      role: "worker",
      settings: { ...settings, BELFRY_DATABASE_URL: url },
    });
    await process.start();
    proxy.cutWhere(() => null);
    await process.stop();
    expect(process.crashes).toEqual([]);
    return proxy.cuts;
  }

  /** What it asks until it is ready, one after the other. */
  async function statementsOfStart(): Promise<string[]> {
    const names: string[] = [];
    await startThrough((proxy) =>
      proxy.cutWhere((message) => {
        if (message.kind === "statement") names.push(message.name);
        return null;
      }),
    );
    return names;
  }

  beforeAll(async () => {
    databaseUrl = await emptyDatabase();
    await startThrough(() => {});
  }, WITHIN_MS);

  test("is begun anew, whichever it is", async () => {
    const names = new Set(await statementsOfStart());
    expect([...names]).toEqual(
      expect.arrayContaining(["read_time", "ensure_tenant", "join_workers", "last_beat"]),
    );
    for (const name of names) {
      const isMeant = (message: FrontendMessage) => message.kind === "statement" && message.name === name;
      const cuts = await startThrough((proxy) => proxy.cutNext(isMeant, "before"));
      expect([name, cuts.before]).toEqual([name, 1]);
    }
  });

  test("ends with 0 when it is told to while it waits", async () => {
    await using proxy = await DatabaseProxy.start(postgres.port);
    proxy.cutWhere((message) =>
      message.kind === "statement" && message.name === "join_workers" ? "before" : null,
    );
    const url = proxy.through(databaseUrl);
    const settings = { BELFRY_PORT: "0", BELFRY_ADMIN_KEY: ADMIN_KEY, BELFRY_DATABASE_URL: url };
    const child = spawnBelfry(["worker"], settings);
    const [complaint] = (await once(createInterface(child.stderr), "line")) as [string];
    expect(complaint).toContain("Cannot reach the database yet; trying again");
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });
});
