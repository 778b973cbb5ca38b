import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask } from "../postgres/ask.ts";
import { type DeployedRoles, makeDeployedRoles } from "../postgres/deployed-roles.ts";
import { createDatabase, type TestDatabase } from "../postgres/shared-postgres.ts";

const DENIED = "42501";

let database: TestDatabase;
let roles: DeployedRoles;
let runtime: Client;

describe("deploy/postgres/roles.sql", () => {
  beforeAll(async () => {
    database = await createDatabase();
    roles = await makeDeployedRoles(database);
    await ask(
      roles.ownerUrl,
      `CREATE SCHEMA apart;
      CREATE TABLE apart.notes (id bigint GENERATED ALWAYS AS IDENTITY, day date) PARTITION BY RANGE (day);
      CREATE TABLE apart.notes_1 PARTITION OF apart.notes FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
      CREATE TABLE notes (id bigserial, text text)`,
    );
    runtime = new Client({ connectionString: roles.runtimeUrl });
    await runtime.connect();
  });

  afterAll(async () => {
    await runtime?.end();
    await roles?.[Symbol.asyncDispose]();
    await database?.drop();
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
    await expect(runtime.query(roles.renamed(statement))).rejects.toMatchObject({ code: DENIED });
  });

  test("nobody else gets into the database", async () => {
    await ask(database.url, roles.renamed("CREATE ROLE belfry_outsider LOGIN"));
    const outsider = new URL(database.url);
    outsider.username = roles.renamed("belfry_outsider");
    await expect(ask(outsider.href, "SELECT 1")).rejects.toMatchObject({ code: DENIED });
    await ask(database.url, roles.renamed("DROP ROLE belfry_outsider"));
  });
});
