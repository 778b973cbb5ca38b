import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ask } from "./ask.ts";
import type { TestDatabase } from "./shared-postgres.ts";

const ROLES_SQL = fileURLToPath(new URL("../../../../deploy/postgres/roles.sql", import.meta.url));

/** The roles of `deploy/postgres/roles.sql` in a test's own database. */
export interface DeployedRoles extends AsyncDisposable {
  /** The database as `belfry_owner` reaches it. */
  ownerUrl: string;
  /** The database as `belfry_runtime` reaches it. */
  runtimeUrl: string;
  /** Statements with the names that the roles have here: they are the whole server's, so each test has its own. */
  renamed(statements: string): string;
}

/** Makes them as the file says; it takes them away again, with all that they own, in the end. */
export async function makeDeployedRoles(database: TestDatabase): Promise<DeployedRoles> {
  const own = randomBytes(4).toString("hex");
  const name = new URL(database.url).pathname.slice(1);
  const renamed = (statements: string): string => statements.replaceAll("belfry_", `belfry_${own}_`);
  const urlOf = (role: string): string => {
    const url = new URL(database.url);
    url.username = renamed(`belfry_${role}`);
    url.password = `${role}_password`;
    return url.href;
  };
  await ask(database.url, renamed(rolesOf(name)));
  return {
    ownerUrl: urlOf("owner"),
    runtimeUrl: urlOf("runtime"),
    renamed,
    [Symbol.asyncDispose]: async () => {
      await ask(
        database.url,
        renamed(`ALTER DATABASE ${name} OWNER TO CURRENT_USER; DROP OWNED BY belfry_owner CASCADE;
          DROP OWNED BY belfry_runtime; DROP ROLE belfry_owner, belfry_runtime`),
      );
    },
  };
}

/** What psql would make of the file. */
function rolesOf(databaseName: string): string {
  return readFileSync(ROLES_SQL, "utf8")
    .replace(/^\\getenv .*$/gm, "")
    .replaceAll(':"DBNAME"', databaseName)
    .replace(/:'(\w+)'/g, "'$1'");
}
