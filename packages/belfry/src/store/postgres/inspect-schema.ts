import type pg from "pg";
import type { Finding } from "../../domain/finding.ts";
import { ROLES, type Role } from "../../domain/worker.ts";
import { findingsOf, type MoveMark } from "../move-mark.ts";
import { lockClass } from "./advisory.ts";
import { type Applied, readApplied } from "./applied.ts";
import { holdsLock } from "./attending.ts";
import type { Row } from "./database.ts";
import { MIGRATIONS } from "./migrate.ts";
import { moves } from "./migrations/0007_moves.ts";
import { GRANTING, MISSING_RIGHTS, missingInWords } from "./rights.ts";

/** Of which version a schema is, what this user may do there, and who works on it. */
export async function schemaFindings(client: pg.Client, schema: string): Promise<Finding[]> {
  if (!(await mayUse(client, schema)))
    return [
      { check: "rights", status: "fail", text: `the user may not use schema "${schema}"`, mend: GRANTING },
    ];
  const applied = await readApplied(client, schema);
  if (applied === null) {
    const text = `schema "${schema}" is another program's`;
    return [{ check: "schema", status: "fail", text, mend: "name another in BELFRY_DATABASE_SCHEMA" }];
  }
  const version = migrationFinding(schema, applied, await mayMigrate(client, schema));
  if (applied.newest === 0 || version.status === "fail") return [version];
  const rights = await rightsFinding(client);
  return rights.status === "fail"
    ? [version, rights]
    : [version, rights, ...(await moveFindings(client, applied)), await workersFinding(client, schema)];
}

/** Of what is not there, too: then it is to be made. */
async function mayUse(client: pg.Client, schema: string): Promise<boolean> {
  const { rows } = await client.query<{ may: boolean }>(
    "SELECT bool_and(has_schema_privilege(oid, 'USAGE')) AS may FROM pg_namespace WHERE nspname = $1",
    [schema],
  );
  return rows[0]?.may !== false;
}

/** Whoever owns the schema, or may make it. */
async function mayMigrate(client: pg.Client, schema: string): Promise<boolean> {
  const { rows } = await client.query<{ may: boolean }>(
    `SELECT coalesce((SELECT pg_has_role(nspowner, 'USAGE') FROM pg_namespace WHERE nspname = $1),
       has_database_privilege(current_database(), 'CREATE')) AS may`,
    [schema],
  );
  return rows[0]?.may === true;
}

function migrationFinding(schema: string, { newest, worksWith }: Applied, mayMigrate: boolean): Finding {
  const known = MIGRATIONS.at(-1)?.number ?? 0;
  const check = "schema";
  const isThere = newest > 0;
  const text = isThere
    ? `schema "${schema}" is at migration ${newest}`
    : `there is no schema "${schema}" yet`;
  if (newest < known && mayMigrate)
    return {
      check,
      status: "ok",
      text: `${text}; the next start ${isThere ? `brings it to ${known}` : "makes it"}`,
    };
  if (newest < known) {
    const mend = "run `belfry migrate` as its owner: the user of BELFRY_DATABASE_URL may not do it";
    return { check, status: "fail", text: `${text}, and this Belfry needs ${known}`, mend };
  }
  if (newest === known) return { check, status: "ok", text };
  if (worksWith <= known)
    return { check, status: "warn", text: `${text}, of a newer Belfry`, mend: "finish the rollout" };
  const mend = "use the newer Belfry that has made it";
  return { check, status: "fail", text: `${text}, and this Belfry knows only ${known}`, mend };
}

async function rightsFinding(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<Row>(MISSING_RIGHTS.text);
  const missing = missingInWords(rows);
  const check = "rights";
  if (missing === null) return { check, status: "ok", text: "the user may do all that it must" };
  return { check, status: "fail", text: `the user ${missing}`, mend: GRANTING };
}

/** One that is of an older schema knows of no move. */
async function moveFindings(client: pg.Client, { newest }: Applied): Promise<Finding[]> {
  if (newest < moves.number) return [];
  const { rows } = await client.query<MoveMark>(
    "SELECT move_id AS id, move_stage AS stage, move_place AS place FROM installation WHERE move_id IS NOT NULL",
  );
  return findingsOf(rows[0] ?? null);
}

async function workersFinding(client: pg.Client, schema: string): Promise<Finding> {
  const { rows } = await client.query<{ roles: string }>(
    `SELECT roles FROM workers w WHERE left_at IS NULL AND ${holdsLock("$1")}`,
    [lockClass(schema, "worker")],
  );
  const check = "workers";
  if (rows.length === 0) return { check, status: "ok", text: "nobody works on it" };
  const present = new Set(rows.flatMap(({ roles }) => JSON.parse(roles) as Role[]));
  const absent = ROLES.filter((role) => !present.has(role));
  const text = `${rows.length} ${rows.length === 1 ? "process works" : "processes work"} on it`;
  if (absent.length === 0) return { check, status: "ok", text };
  const mend = absent.map((role) => `\`belfry ${role}\``).join(" and ");
  return {
    check,
    status: "warn",
    text: `${text}, and none is ${absent.join(" or ")}`,
    mend: `start ${mend}`,
  };
}
