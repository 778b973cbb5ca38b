import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ask } from "../../../test/postgres/ask.ts";
import { createDatabase, type TestDatabase } from "../../../test/postgres/shared-postgres.ts";
import type { Finding } from "../../domain/finding.ts";
import { ROLES, type Role, type Worker } from "../../domain/worker.ts";
import { inspectPostgresStore } from "./inspect.ts";
import { MIGRATIONS } from "./migrate.ts";
import { openPostgresStore, type PostgresStore } from "./store.ts";

const NEWEST = MIGRATIONS.at(-1)?.number ?? 0;
const POOL = 10;

let database: TestDatabase;
/** A user of this database alone, who is no superuser. */
let guest: string;

beforeAll(async () => {
  database = await createDatabase();
  guest = new URL(database.url).pathname.slice(1);
  await ask(database.url, `CREATE ROLE ${guest} LOGIN`);
});
afterAll(async () => {
  await ask(database.url, `DROP OWNED BY ${guest}; DROP ROLE ${guest}`);
  await database.drop();
});
beforeEach(() => ask(database.url, "DROP SCHEMA IF EXISTS belfry CASCADE"));

function openStore(): Promise<PostgresStore> {
  const options = { schema: "belfry", applicationName: "belfry test", poolSize: 2, notifyWithinMs: 0 };
  return openPostgresStore({ url: database.url, ...options });
}

async function inspect(change: (url: URL) => void = () => {}, poolSize = POOL): Promise<Finding[]> {
  const url = new URL(database.url);
  change(url);
  return inspectPostgresStore({ url: url.href, schema: "belfry", poolSize });
}

function asGuest(url: URL): void {
  url.username = guest;
}

const byCheck = (findings: readonly Finding[], check: string): Finding | undefined =>
  findings.find((finding) => finding.check === check);

function workerOf(role: Role): Worker {
  const self = {
    host: "here",
    pid: 1,
    version: "1.0.0",
    machine: null,
    partition: null,
    startedAtMs: Date.now(),
  };
  return { ...self, id: `wrk_${role}`, roles: [role] };
}

describe("inspectPostgresStore()", () => {
  test("finds nothing wrong with an empty database, and changes nothing", async () => {
    const findings = await inspect();
    expect(findings.map(({ check, status }) => [check, status])).toEqual(
      ["database", "clock", "connections", "schema"].map((check) => [check, "ok"]),
    );
    expect(byCheck(findings, "database")?.text).toMatch(/^127\.0\.0\.1:\d+\/test_\w+ is PostgreSQL \d+/);
    expect(byCheck(findings, "schema")?.text).toBe(
      'there is no schema "belfry" yet; the next start makes it',
    );
    expect(await ask(database.url, "SELECT FROM pg_namespace WHERE nspname = 'belfry'")).toEqual([]);
  });

  test("tells the version of a schema, what its user may do, and that nobody works on it", async () => {
    await (await openStore()).close();
    expect((await inspect()).slice(3)).toEqual([
      { check: "schema", status: "ok", text: `schema "belfry" is at migration ${NEWEST}` },
      { check: "rights", status: "ok", text: "the user may do all that it must" },
      { check: "workers", status: "ok", text: "nobody works on it" },
    ]);
  });

  test("tells who works on it, and warns while none is of a role", async () => {
    const store = await openStore();
    const membership = { onLost: () => {}, onBack: () => {} };
    await store.join(workerOf("api"), membership);
    await store.join(workerOf("scheduler"), membership);
    expect(byCheck(await inspect(), "workers")).toEqual({
      check: "workers",
      status: "warn",
      text: "2 processes work on it, and none is worker",
      mend: "start `belfry worker`",
    });
    await store.join(workerOf("worker"), membership);
    expect(byCheck(await inspect(), "workers")).toMatchObject({
      status: "ok",
      text: "3 processes work on it",
    });
    for (const role of ROLES) await store.leave(`wrk_${role}`, Date.now());
    await store.close();
  });

  test.each([
    [
      NEWEST - 1,
      NEWEST - 1,
      "ok",
      `schema "belfry" is at migration ${NEWEST - 1}; the next start brings it to ${NEWEST}`,
    ],
    [NEWEST + 1, NEWEST, "warn", `schema "belfry" is at migration ${NEWEST + 1}, of a newer Belfry`],
    [
      NEWEST + 1,
      NEWEST + 1,
      "fail",
      `schema "belfry" is at migration ${NEWEST + 1}, and this Belfry knows only ${NEWEST}`,
    ],
  ])(
    "judges a schema at migration %i, which works with %i, as %s",
    async (number, worksWith, status, text) => {
      await (await openStore()).close();
      const row = `(${number}, 'some', ${worksWith}, 0)`;
      await ask(database.url, `DELETE FROM belfry.migrations; INSERT INTO belfry.migrations VALUES ${row}`);
      expect(byCheck(await inspect(), "schema")).toMatchObject({ status, text });
    },
  );

  test("fails when the schema is another program's", async () => {
    await ask(database.url, "CREATE SCHEMA belfry; CREATE TABLE belfry.migrations (id int)");
    expect((await inspect()).slice(3)).toEqual([
      {
        check: "schema",
        status: "fail",
        text: 'schema "belfry" is another program\'s',
        mend: "name another in BELFRY_DATABASE_SCHEMA",
      },
    ]);
  });

  test("fails when the user may neither make the schema nor use it, nor all of its tables", async () => {
    expect(byCheck(await inspect(asGuest), "schema")).toMatchObject({
      status: "fail",
      text: `there is no schema "belfry" yet, and this Belfry needs ${NEWEST}`,
      mend: expect.stringContaining("run `belfry migrate` as its owner"),
    });
    await (await openStore()).close();
    expect((await inspect(asGuest)).slice(3)).toMatchObject([
      { check: "rights", status: "fail", text: 'the user may not use schema "belfry"' },
    ]);
    await ask(
      database.url,
      `GRANT USAGE ON SCHEMA belfry TO ${guest}; GRANT SELECT ON ALL TABLES IN SCHEMA belfry TO ${guest}`,
    );
    expect(byCheck(await inspect(asGuest), "rights")).toMatchObject({
      status: "fail",
      text: expect.stringMatching(
        /^the user has no right to DELETE in the table acknowledgements, and \d+ more$/,
      ),
      mend: expect.stringContaining("deploy/postgres/roles.sql"),
    });
    await ask(database.url, `GRANT ALL ON ALL TABLES IN SCHEMA belfry TO ${guest}`);
    expect(byCheck(await inspect(asGuest), "rights")).toMatchObject({ status: "ok" });
  });

  test("fails when what it holds was moved away, and says where to", async () => {
    await (await openStore()).close();
    await ask(
      database.url,
      "UPDATE belfry.installation SET move_id = 'm', move_stage = 'left', move_place = 'the folder ./data'",
    );
    expect(byCheck(await inspect(), "move")).toMatchObject({
      status: "fail",
      mend: "what it held was moved to the folder ./data; use that one",
    });
  });

  test("warns when one more process may get no connections", async () => {
    const [limit] = await ask<{ most: number }>(
      database.url,
      "SELECT current_setting('max_connections')::int AS most",
    );
    expect(byCheck(await inspect(() => {}, limit?.most), "connections")).toMatchObject({
      status: "warn",
      text: expect.stringMatching(/^\d+ of \d+ are taken; one more process takes up to \d+$/),
      mend: expect.stringContaining("BELFRY_DATABASE_POOL"),
    });
  });
});

describe("inspectPostgresStore() of one that cannot be used", () => {
  afterEach(() =>
    ask(
      database.url,
      `BEGIN READ WRITE; ALTER DATABASE ${guest} RESET default_transaction_read_only; COMMIT`,
    ),
  );

  test("tells why it cannot be reached, without its password", async () => {
    const findings = await inspect((url) => {
      url.port = "9";
      url.password = "s3cret";
    });
    expect(findings).toMatchObject([
      {
        check: "database",
        status: "fail",
        text: expect.stringMatching(/^Cannot open the database 127\.0\.0\.1:9\/\S+: nobody listens there/),
      },
    ]);
    expect(JSON.stringify(findings)).not.toContain("s3cret");
  });

  test("fails when it takes no writes, and says nothing of the rest", async () => {
    await ask(database.url, `ALTER DATABASE ${guest} SET default_transaction_read_only = on`);
    const findings = await inspect();
    expect(findings.map(({ check }) => check)).toEqual(["database", "clock"]);
    expect(findings[0]).toMatchObject({
      status: "fail",
      text: expect.stringContaining("it is set to read only"),
    });
  });
});
