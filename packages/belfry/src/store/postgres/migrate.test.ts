import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ask } from "../../../test/postgres/ask.ts";
import { createDatabase, type TestDatabase } from "../../../test/postgres/shared-postgres.ts";
import { clientConfig } from "./connection-options.ts";
import { MIGRATIONS, type Migrated, type MigrationPlan, migrate } from "./migrate.ts";
import type { Migration } from "./migrations/migration.ts";
import { openPostgresStore } from "./store.ts";

const NEWEST = MIGRATIONS.at(-1)?.number ?? 0;
const PLAN = { place: "db.test:5432/belfry", schema: "belfry", nowMs: 1_000 };

let database: TestDatabase;

beforeEach(async () => {
  database = await createDatabase();
});
afterEach(() => database.drop());

const step = (number: number, sql: string, more: Partial<Migration> = {}): Migration => ({
  number,
  name: `step ${number}`,
  worksWith: 1,
  sql,
  ...more,
});

async function run(plan: Partial<MigrationPlan> = {}, url = database.url): Promise<Migrated> {
  const whole = { ...PLAN, ...plan };
  const client = new pg.Client(clientConfig({ url, schema: whole.schema, applicationName: "belfry test" }));
  await client.connect();
  try {
    return await migrate(client, whole);
  } finally {
    await client.end();
  }
}

/** Every table and column there is, besides the system's. */
function layout(): Promise<unknown[]> {
  return ask(
    database.url,
    `SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns
     WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2, 3`,
  );
}

describe("migrate()", () => {
  test("migrate() makes the schema where there is none, and does nothing when it is called again", async () => {
    expect(await run()).toEqual({ from: 0, to: NEWEST });
    const made = await layout();
    expect(await run()).toEqual({ from: NEWEST, to: NEWEST });
    expect(await layout()).toEqual(made);
    const rows = await ask(
      database.url,
      "SELECT number, applied_at::int FROM belfry.migrations ORDER BY number",
    );
    expect(rows).toEqual(MIGRATIONS.map(({ number }) => ({ number, applied_at: 1_000 })));
  });

  test("migrate() makes each step once when many call it at the same time", async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => run()));
    expect(all.filter(({ from }) => from === 0).length).toBeGreaterThan(0);
    expect(all.every(({ to }) => to === NEWEST)).toBe(true);
    expect(await ask(database.url, "SELECT FROM belfry.migrations")).toHaveLength(MIGRATIONS.length);
  });

  test.each(["user", "order", "_1"])(
    "migrate() makes a schema that is called %s, which the store works on",
    async (schema) => {
      await run({ schema });
      const store = await openPostgresStore({
        url: database.url,
        schema,
        applicationName: "belfry test",
        poolSize: 2,
        notifyWithinMs: 0,
      });
      await store.ensureTenant({ id: "tnt_1", timeZone: "UTC", nowMs: 0 });
      expect((await store.findTenant("tnt_1"))?.timeZone).toBe("UTC");
      await store.close();
    },
  );

  test("migrate() leaves not even a schema when the first step fails, and succeeds once that is mended", async () => {
    const failing = step(1, "CREATE TABLE notes (id int); SELECT 1 / 0");
    await expect(run({ migrations: [failing] })).rejects.toMatchObject({
      code: "store_failed",
      message: `Cannot open the database ${PLAN.place}: migration 1 (step 1) failed and nothing was changed: division by zero`,
    });
    expect(await layout()).toEqual([]);
    expect(await ask(database.url, "SELECT FROM pg_namespace WHERE nspname = 'belfry'")).toEqual([]);
    expect(await run({ migrations: [step(1, "CREATE TABLE notes (id int)")] })).toEqual({ from: 0, to: 1 });
  });

  test("migrate() keeps the steps before the one that fails, and goes on from there", async () => {
    const [good, bad] = [
      step(1, "CREATE TABLE notes (id int)"),
      step(2, "ALTER TABLE notes ADD COLUMN x int; SELECT 1 / 0"),
    ];
    await expect(run({ migrations: [good, bad] })).rejects.toMatchObject({ code: "store_failed" });
    expect(await ask(database.url, "SELECT number FROM belfry.migrations")).toEqual([{ number: 1 }]);
    expect(await ask(database.url, "SELECT * FROM belfry.notes")).toEqual([]);
    const mended = step(2, "ALTER TABLE notes ADD COLUMN x int");
    expect(await run({ migrations: [good, mended] })).toEqual({ from: 1, to: 2 });
  });

  test("migrate() gives a step the time that it takes", async () => {
    const sql =
      "DO $$ BEGIN IF current_setting('statement_timeout') <> '0' THEN RAISE 'hurried'; END IF; END $$";
    await run({ migrations: [step(1, sql)] });
    const [kept] = await ask(database.url, "SHOW statement_timeout");
    expect(kept).toEqual({ statement_timeout: "0" });
  });

  test("migrate() works beside a newer schema as long as that works with it", async () => {
    const future = step(NEWEST + 1, "CREATE TABLE future (id int)", { worksWith: NEWEST });
    await run({ migrations: [...MIGRATIONS, future] });
    expect(await run()).toEqual({ from: NEWEST + 1, to: NEWEST + 1 });
    const breaking = step(NEWEST + 2, "DROP TABLE future", { worksWith: NEWEST + 2 });
    await run({ migrations: [...MIGRATIONS, future, breaking] });
    await expect(run()).rejects.toMatchObject({ code: "store_newer" });
  });

  test.each([
    "CREATE TABLE belfry.users (id int)",
    "CREATE VIEW belfry.users AS SELECT 1 AS id",
    "CREATE TABLE belfry.migrations (number int, name text)",
  ])("migrate() leaves another program's schema alone: %s", async (statement) => {
    await ask(database.url, `CREATE SCHEMA belfry; ${statement}`);
    const before = await layout();
    await expect(run()).rejects.toMatchObject({ code: "store_foreign" });
    expect(await layout()).toEqual(before);
    expect(await run({ schema: "bells" })).toMatchObject({ from: 0 });
  });

  test("migrate() makes its tables in an empty schema that was given to it", async () => {
    await ask(database.url, "CREATE SCHEMA belfry");
    expect(await run()).toEqual({ from: 0, to: NEWEST });
  });

  test("migrate() tells a user who may not do it who may", async () => {
    const name = new URL(database.url).pathname.slice(1);
    await ask(database.url, `CREATE ROLE ${name} LOGIN`);
    const url = new URL(database.url);
    url.username = name;
    const attempt = run({}, url.href);
    await expect(attempt).rejects.toMatchObject({ code: "store_denied" });
    await expect(attempt).rejects.toThrow(
      /needs migration 6 .+\(permission denied for database test_\w+\); run `belfry migrate` as the owner/,
    );
    expect(await layout()).toEqual([]);
    await ask(database.url, `DROP ROLE ${name}`);
  });

  test("migrate() takes no connection whose settings a pooler has dropped", async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const attempt = migrate(client, PLAN);
    await expect(attempt).rejects.toMatchObject({
      code: "store_denied",
      message: expect.stringContaining("a pooler before it"),
    });
    await client.query("SET search_path = belfry; SET plan_cache_mode = force_generic_plan");
    expect(await migrate(client, PLAN)).toMatchObject({ from: 0 });
    await client.end();
  });
});
