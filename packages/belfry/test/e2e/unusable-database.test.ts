import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask } from "../postgres/ask.ts";
import { FakePostgres } from "../postgres/fake-postgres.ts";
import { createDatabase, type TestDatabase } from "../postgres/shared-postgres.ts";
import { type PostgresServer, startPostgres } from "../postgres/start-postgres.ts";
import { type CommandRun, runBelfry } from "./belfry-command.ts";

/** As written in a URL; none of its parts may show anywhere. */
const PASSWORD = "tr%40ubadour";

let secured: PostgresServer;
let database: TestDatabase;

beforeAll(async () => {
  [secured, database] = await Promise.all([
    startPostgres({ tls: true, auth: "scram-sha-256" }),
    createDatabase(),
  ]);
}, 60_000);

afterAll(async () => {
  await database?.drop();
  await secured?.[Symbol.asyncDispose]();
});

/** The URL of the server with TLS and passwords, changed. */
function securedUrl(change: (url: URL) => void): string {
  const url = new URL(secured.url());
  url.password = PASSWORD;
  change(url);
  return url.href;
}

function urlOf({ url }: { url: string }, change: (url: URL) => void = () => {}): string {
  const changed = new URL(url);
  change(changed);
  return changed.href;
}

async function start(url: string, command = "start"): Promise<CommandRun> {
  const run = await runBelfry([command], { BELFRY_DATABASE_URL: url, BELFRY_PORT: "0" });
  expect(run.out + run.err).not.toMatch(/tr@|tr%40|ubadour/);
  return run;
}

/** It ends with 1, and one line that names the cause. */
async function expectRefusal(url: string, why: string, command = "start"): Promise<void> {
  const { code, out, err } = await start(url, command);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toMatch(/^Cannot open the database \S+: [^\n]+\n$/);
  expect(err).toContain(why);
}

describe("a database that does not let Belfry in", () => {
  test.each<[string, (url: URL) => void, string]>([
    ["the password is wrong", () => {}, "it refuses the user or the password of BELFRY_DATABASE_URL"],
    [
      "there is no password",
      (url) => {
        url.password = "";
      },
      "it asks for a password, and BELFRY_DATABASE_URL has none",
    ],
    [
      "there is no such user",
      (url) => {
        url.username = "nobody";
      },
      "it refuses the user or the password of BELFRY_DATABASE_URL",
    ],
    [
      "it takes TLS alone",
      (url) => url.searchParams.delete("sslmode"),
      "or not without TLS; see sslmode= and its pg_hba.conf",
    ],
    [
      "nobody vouches for its certificate",
      (url) => url.searchParams.delete("sslrootcert"),
      "its certificate is not trusted; name its authority with sslrootcert=",
    ],
    [
      "its certificate is for another host",
      (url) => {
        url.hostname = "127.1";
      },
      "its certificate is for another host",
    ],
  ])("is told in one line when %s", async (_name, change, why) => {
    await expectRefusal(securedUrl(change), why);
  });

  test("is told in one line when it has no TLS", async () => {
    const url = urlOf(database, ({ searchParams }) => searchParams.set("sslmode", "require"));
    await expectRefusal(url, "it does not offer TLS; set sslmode=disable");
  });

  test("is told in one line when there is none of that name", async () => {
    const url = urlOf(database, (changed) => {
      changed.pathname = "/nowhere";
    });
    await expectRefusal(url, "there is no database of that name; make it with `createdb`");
  });

  test("is named by its setting when a file of the URL cannot be read", async () => {
    const url = securedUrl(({ searchParams }) => searchParams.set("sslrootcert", "/nowhere/ca.crt"));
    const { code, err } = await start(url);
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(
        /^Cannot use BELFRY_DATABASE_URL: sslrootcert=\/nowhere\/ca.crt cannot be read: .+\n$/,
      ),
    });
  });
});

describe("a database that Belfry cannot work on", () => {
  test("is told in one line when its server is too old", async () => {
    await using old = await FakePostgres.start({
      rowOf: (sql) =>
        sql.includes("server_version_num")
          ? { version: 130_022, name: "13.22", encoding: "UTF8", is_standby: false, is_read_only: false }
          : { now: 0 },
    });
    await expectRefusal(old.url, "it is PostgreSQL 13.22, and Belfry needs 14 or newer");
  });

  test("is told in one line when a pooler before it refuses the settings of a connection", async () => {
    const refusal = { code: "08P01", message: "unsupported startup parameter: options" };
    await using pooler = await FakePostgres.start({ refusal });
    await expectRefusal(pooler.url, "a pooler before it does not pass on the settings of a connection");
  });

  test("is told in one line when it has another encoding", async () => {
    await using ascii = await databaseWith("", "ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'");
    await expectRefusal(ascii.url, "its encoding is SQL_ASCII; make one with");
  });

  test("is told in one line when it takes no writes", async () => {
    await using closed = await databaseWith("ALTER DATABASE :name SET default_transaction_read_only = on");
    await expectRefusal(closed.url, "it takes no writes, since it is set to read only");
    await expectRefusal(closed.url, "it takes no writes, since it is set to read only", "migrate");
  });

  test.each([
    ["tables", "CREATE TABLE belfry.users (id int)"],
    ["migrations of its own", "CREATE TABLE belfry.migrations (id int)"],
  ])("is told in one line when the schema has another program's %s", async (_name, made) => {
    await using foreign = await databaseWith(`CREATE SCHEMA belfry; ${made}`);
    await expectRefusal(
      foreign.url,
      'its schema "belfry" is another program\'s; name another in BELFRY_DATABASE_SCHEMA',
    );
    const settings = { BELFRY_DATABASE_URL: foreign.url, BELFRY_DATABASE_SCHEMA: "bells" };
    expect(await runBelfry(["migrate"], settings)).toMatchObject({ code: 0 });
  });

  test("is told in one line when its user lacks a right, and which", async () => {
    await using made = await databaseWith("");
    const name = new URL(made.url).pathname.slice(1);
    await start(made.url, "migrate");
    await ask(
      made.url,
      `CREATE ROLE ${name} LOGIN; GRANT USAGE ON SCHEMA belfry TO ${name};
       GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA belfry TO ${name}`,
    );
    const url = urlOf(made, (changed) => {
      changed.username = name;
    });
    await expectRefusal(
      url,
      "the user of BELFRY_DATABASE_URL has no right to DELETE in the table acknowledgements, and",
    );
    await ask(made.url, `DROP OWNED BY ${name}; DROP ROLE ${name}`);
  });

  test("is told in one line when a newer Belfry has made it", async () => {
    await using newer = await databaseWith("");
    await start(newer.url, "migrate");
    await ask(newer.url, "INSERT INTO belfry.migrations VALUES (99, 'future', 99, 0)");
    await expectRefusal(newer.url, "it has migration 99, which works with programs that know 99 or more");
  });
});

/** Of the shared server, made with some statements; `:name` is its name. */
async function databaseWith(statements: string, options = ""): Promise<TestDatabase> {
  const made = await createDatabase();
  const name = new URL(made.url).pathname.slice(1);
  if (options !== "") {
    await made.drop();
    await ask(database.url, `CREATE DATABASE ${name} TEMPLATE template0 ${options}`);
  }
  if (statements !== "") await ask(made.url, statements.replaceAll(":name", name));
  return made;
}
