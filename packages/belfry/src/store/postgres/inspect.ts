import type pg from "pg";
import type { Finding } from "../../domain/finding.ts";
import { Database } from "./database.ts";
import { storeError } from "./failure.ts";
import { MIGRATIONS } from "./migrate.ts";

/** So far the clocks of two machines may differ unnoticed. */
const SKEW_MS = 1_000;

/**
 * What is to be said of a database: whether it answers and takes writes, of which schema it is, who works
 * on it, and how far this machine's clock is from its own. It is only read.
 */
export async function inspectPostgresStore({
  url,
  schema,
}: {
  url: string;
  schema: string;
}): Promise<Finding[]> {
  const database = new Database({ url, schema, applicationName: "belfry doctor", poolSize: 1 });
  const client = database.client();
  client.on("error", () => {});
  try {
    await client.connect();
    return [
      await serverFinding(client, database.place),
      await clockFinding(client),
      ...(await schemaFindings(client, schema)),
    ];
  } catch (error) {
    const text = storeError("open", database.place, error).message;
    return [{ check: "database", status: "fail", text, mend: "mend that, and look again" }];
  } finally {
    await client.end().catch(() => {});
    await database.close();
  }
}

async function serverFinding(client: pg.Client, place: string): Promise<Finding> {
  const { rows } = await client.query<{ version: string; is_standby: boolean }>(
    "SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS is_standby",
  );
  const [row] = rows;
  const text = `${place} is PostgreSQL ${row?.version}`;
  if (!row?.is_standby) return { check: "database", status: "ok", text };
  const mend = "name the primary in BELFRY_DATABASE_URL";
  return { check: "database", status: "fail", text: `${text}, a standby, which takes no writes`, mend };
}

async function clockFinding(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<{ now: number }>(
    "SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now",
  );
  const skewMs = Math.round(Date.now() - Number(rows[0]?.now));
  const text = `this machine's clock is ${Math.abs(skewMs)} ms ${skewMs < 0 ? "behind" : "ahead of"} the database's`;
  if (Math.abs(skewMs) < SKEW_MS) return { check: "clock", status: "ok", text };
  const mend = "Belfry goes by the database's; set this one by NTP all the same";
  return { check: "clock", status: "warn", text, mend };
}

async function schemaFindings(client: pg.Client, schema: string): Promise<Finding[]> {
  const known = MIGRATIONS.at(-1)?.number ?? 0;
  const { rows } = await client.query<{ is_there: boolean }>(
    "SELECT to_regclass(format('%I.migrations', $1::text)) IS NOT NULL AS is_there",
    [schema],
  );
  if (!rows[0]?.is_there)
    return [
      { check: "schema", status: "ok", text: `there is no schema "${schema}" yet; the first start makes it` },
    ];
  const { rows: applied } = await client.query<{ newest: number; works_with: number }>(
    "SELECT max(number) AS newest, max(works_with) AS works_with FROM migrations",
  );
  const [state] = applied;
  return [migrationFinding(schema, { known, newest: state?.newest ?? 0, worksWith: state?.works_with ?? 0 })];
}

interface Schema {
  known: number;
  newest: number;
  worksWith: number;
}

function migrationFinding(schema: string, { known, newest, worksWith }: Schema): Finding {
  const text = `schema "${schema}" is at migration ${newest}`;
  if (newest < known)
    return { check: "schema", status: "ok", text: `${text}; the next start brings it to ${known}` };
  if (newest === known) return { check: "schema", status: "ok", text };
  if (worksWith <= known)
    return {
      check: "schema",
      status: "warn",
      text: `${text}, of a newer Belfry`,
      mend: "finish the rollout",
    };
  const mend = "use the newer Belfry that has made it";
  return { check: "schema", status: "fail", text: `${text}, and this Belfry knows only ${known}`, mend };
}
