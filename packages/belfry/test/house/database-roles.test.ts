import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDatabase, type TestDatabase } from "../postgres/shared-postgres.ts";
import { ROOT } from "./source-files.ts";

/** Roles are the whole server's, so this run has names of its own. */
const OWN = randomBytes(4).toString("hex");
const DENIED = "42501";

let database: TestDatabase;
let owner: Client;
let runtime: Client;

/** What psql would make of the file. */
function rolesOf(databaseName: string): string {
  const text = readFileSync(join(ROOT, "deploy/postgres/roles.sql"), "utf8");
  return text
    .replace(/^\\getenv .*$/gm, "")
    .replaceAll(':"DBNAME"', databaseName)
    .replace(/:'(\w+)'/g, "'$1'");
}

function renamed(statements: string): string {
  return statements.replaceAll("belfry_", `belfry_${OWN}_`);
}

function nameOf({ url }: TestDatabase): string {
  return new URL(url).pathname.slice(1);
}

async function connectAs(role: string | null): Promise<Client> {
  const url = new URL(database.url);
  if (role !== null) url.username = renamed(`belfry_${role}`);
  if (role !== null) url.password = `${role}_password`;
  const client = new Client({ connectionString: url.href });
  await client.connect();
  return client;
}

describe("deploy/postgres/roles.sql", () => {
  beforeAll(async () => {
    database = await createDatabase();
    const superuser = await connectAs(null);
    await superuser.query(renamed(rolesOf(nameOf(database))));
    await superuser.query(renamed("CREATE ROLE belfry_outsider LOGIN"));
    await superuser.end();
    [owner, runtime] = await Promise.all([connectAs("owner"), connectAs("runtime")]);
    await owner.query(`CREATE SCHEMA apart;
      CREATE TABLE apart.notes (id bigint GENERATED ALWAYS AS IDENTITY, day date) PARTITION BY RANGE (day);
      CREATE TABLE apart.notes_1 PARTITION OF apart.notes FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
      CREATE TABLE notes (id bigserial, text text)`);
  });

  afterAll(async () => {
    await Promise.all([owner.end(), runtime.end()]);
    const superuser = await connectAs(null);
    for (const statement of [
      `ALTER DATABASE ${nameOf(database)} OWNER TO CURRENT_USER`,
      "DROP OWNED BY belfry_owner CASCADE",
      "DROP OWNED BY belfry_runtime",
      "DROP ROLE belfry_owner, belfry_runtime, belfry_outsider",
    ])
      await superuser.query(renamed(statement));
    await superuser.end();
    await database.drop();
  });

  test("the runtime role may read and write rows, in every schema of the owner's", async () => {
    for (const statement of [
      "INSERT INTO apart.notes (day) VALUES ('2026-01-15')",
      "INSERT INTO notes (text) VALUES ('one')",
      "UPDATE notes SET text = 'two'",
      "SELECT * FROM apart.notes JOIN notes USING (id) FOR UPDATE",
      "DELETE FROM apart.notes",
    ])
      expect([statement, (await runtime.query(statement)).rowCount]).toEqual([statement, 1]);
  });

  test.each([
    "CREATE TABLE mine (id int)",
    "CREATE TABLE apart.mine (id int)",
    "CREATE TEMPORARY TABLE mine (id int)",
    "CREATE SCHEMA mine",
    "ALTER TABLE notes ADD COLUMN more int",
    "TRUNCATE notes",
    "DROP TABLE apart.notes_1",
    "SET ROLE belfry_owner",
  ])("the runtime role may not %s", async (statement) => {
    await expect(runtime.query(renamed(statement))).rejects.toMatchObject({ code: DENIED });
  });

  test("nobody else gets into the database", async () => {
    await expect(connectAs("outsider")).rejects.toMatchObject({ code: DENIED });
  });
});
