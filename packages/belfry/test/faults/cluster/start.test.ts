import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { MIGRATIONS } from "../../../src/store/postgres/migrate.ts";
import { type BelfrySettings, spawnBelfry } from "../../e2e/belfry-command.ts";
import { freePort } from "../../postgres/free-port.ts";
import { type PostgresServer, startPostgres } from "../../postgres/start-postgres.ts";
import { ask } from "./account.ts";
import { ADMIN_KEY } from "./cluster.ts";
import { type CutChoice, type CutMoment, DatabaseProxy } from "./database-proxy.ts";
import type { FrontendMessage } from "./frontend-messages.ts";
import { RoleProcess } from "./role-process.ts";

const WITHIN_MS = 60_000;
const SOON = { timeout: 20_000, interval: 20 };
/** What a start of a worker changes. */
const WRITES = ["ensure_tenant", "put_key", "join_workers", "beat"];

const isJoining: CutChoice = (message) =>
  message.kind === "statement" && message.name === "join_workers" ? "before" : null;

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

describe("a worker's start whose connection is cut in the middle", { timeout: 3 * WITHIN_MS }, () => {
  let databaseUrl: string;

  const settingsThrough = (proxy: DatabaseProxy): BelfrySettings => ({
    BELFRY_PORT: "0",
    BELFRY_ADMIN_KEY: ADMIN_KEY,
    BELFRY_DATABASE_URL: proxy.through(databaseUrl),
  });

  /** Starts and ends one, whose messages are asked about; it must come up by itself. */
  async function startThrough(choose: CutChoice): Promise<DatabaseProxy["cuts"]> {
    await using proxy = await DatabaseProxy.start(postgres.port);
    proxy.cutWhere(choose);
    await using process = new RoleProcess({ role: "worker", settings: settingsThrough(proxy) });
    await process.start();
    proxy.cutWhere(() => null);
    await process.stop();
    expect(process.crashes).toEqual([]);
    return proxy.cuts;
  }

  /** The names of what it runs until it is ready, one after the other. */
  async function statementsOfStart(): Promise<string[]> {
    const names: string[] = [];
    await startThrough((message) => {
      if (message.kind === "statement") names.push(message.name);
      return null;
    });
    return names;
  }

  beforeAll(async () => {
    databaseUrl = await emptyDatabase();
    await startThrough(() => null);
  }, WITHIN_MS);

  test.for(["before", "after"] as const)(
    "%s one of its statements is done, is begun anew",
    async (moment) => {
      const names = await statementsOfStart();
      expect(names).toEqual(expect.arrayContaining(["read_time", ...WRITES]));
      for (const [nth, name] of names.entries()) {
        // What is read is the same once more.
        if (moment === "after" && !WRITES.includes(name)) continue;
        // What has no name may be anything; what has one is the same each time.
        if (name !== "" && names.indexOf(name) < nth) continue;
        let seen = -1;
        const cuts = await startThrough((message) => {
          if (message.kind === "statement") seen += 1;
          return message.kind === "statement" && seen === nth ? moment : null;
        });
        expect([nth, name, cuts[moment]]).toEqual([nth, name, 1]);
      }
    },
  );

  test("is not ready while it waits, and is once it has started", async () => {
    await using proxy = await DatabaseProxy.start(postgres.port);
    proxy.cutWhere(isJoining);
    const port = await freePort();
    const settings = { ...settingsThrough(proxy), BELFRY_PORT: String(port) };
    await using process = new RoleProcess({ role: "worker", settings });
    const starting = process.start();
    const statusOf = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    await vi.waitFor(async () => expect(await statusOf("/healthz")).toBe(200), SOON);
    expect(await statusOf("/readyz")).toBe(503);
    proxy.cutWhere(() => null);
    await starting;
    expect(await statusOf("/readyz")).toBe(200);
  });

  test("ends with 0 when it is told to while it waits", async () => {
    await using proxy = await DatabaseProxy.start(postgres.port);
    proxy.cutWhere(isJoining);
    const child = spawnBelfry(["worker"], settingsThrough(proxy));
    const [complaint] = (await once(createInterface(child.stderr), "line")) as [string];
    expect(complaint).toContain("Cannot reach the database yet; trying again");
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  test("shows the admin key that it has made, though the answer to it was lost", async () => {
    databaseUrl = await emptyDatabase();
    await using proxy = await DatabaseProxy.start(postgres.port);
    let kept = 0;
    // The second one: the webhook secret goes before it.
    const isKeyKept = (message: FrontendMessage) =>
      message.kind === "statement" && message.name === "keep_secret" && ++kept === 2;
    proxy.cutNext(isKeyKept, "after");
    const { BELFRY_ADMIN_KEY: _, ...settings } = settingsThrough(proxy);
    const folder = mkdtempSync(join(tmpdir(), "belfry-start-"));
    await using api = new RoleProcess({ role: "api", settings: { ...settings, BELFRY_DATA: folder } });
    await api.start();
    expect(proxy.cuts.after).toBe(1);
    const [, key] = /API key: (\S+)/.exec(api.lines.join("\n")) ?? [];
    const headers = { authorization: `Bearer ${key}` };
    expect((await fetch(`${await api.url()}/v1/reminders`, { headers })).status).toBe(200);
    rmSync(folder, { recursive: true });
  });
});
