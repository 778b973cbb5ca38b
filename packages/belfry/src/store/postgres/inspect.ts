import type pg from "pg";
import type { Finding } from "../../domain/finding.ts";
import { Database } from "./database.ts";
import { storeError } from "./failure.ts";
import { findUnfit } from "./fitness.ts";
import { schemaFindings } from "./inspect-schema.ts";

/** So far the clocks of two machines may differ unnoticed. */
const SKEW_MS = 1_000;
/** Connections of a process besides its pool. */
const BESIDES_POOL = 2;

export interface InspectOptions {
  url: string;
  schema: string;
  /** Of one process. */
  poolSize: number;
}

/**
 * What is to be said of a database: whether it answers and takes writes, how far this machine's clock is from
 * its own, whether it takes more connections, of which schema it is and what this user may do there, and who
 * works on it. It is only read.
 */
export async function inspectPostgresStore({ url, schema, poolSize }: InspectOptions): Promise<Finding[]> {
  const database = new Database({ url, schema, applicationName: "belfry doctor", poolSize: 1 });
  const client = database.client();
  try {
    await client.connect();
    const server = await serverFinding(client, database);
    const clock = await clockFinding(client);
    if (server.status === "fail") return [server, clock];
    return [
      server,
      clock,
      await connectionsFinding(client, poolSize),
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

async function serverFinding(client: pg.Client, { place, schema }: Database): Promise<Finding> {
  const unfit = await findUnfit(client, schema);
  if (unfit) {
    const [fault = "", mend = "use another"] = unfit.advice.split("; ");
    return { check: "database", status: "fail", text: `${place} cannot be used: ${fault}`, mend };
  }
  const { rows } = await client.query<{ version: string }>(
    "SELECT current_setting('server_version') AS version",
  );
  return { check: "database", status: "ok", text: `${place} is PostgreSQL ${rows[0]?.version}` };
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

async function connectionsFinding(client: pg.Client, poolSize: number): Promise<Finding> {
  const { rows } = await client.query<{ taken: number; most: number }>(
    `SELECT (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS taken,
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS most`,
  );
  const { taken = 0, most = 0 } = rows[0] ?? {};
  const wanted = poolSize + BESIDES_POOL;
  const text = `${taken} of ${most} are taken; one more process takes up to ${wanted}`;
  if (taken + wanted <= most) return { check: "connections", status: "ok", text };
  const mend = "raise max_connections there, or lower BELFRY_DATABASE_POOL";
  return { check: "connections", status: "warn", text, mend };
}
