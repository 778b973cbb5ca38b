import type { ClientBase } from "pg";

/** How far a schema is. */
export interface Applied {
  /** The number of its newest migration; 0 if there is none. */
  newest: number;
  /** The oldest program that may work on it, by the newest migration that it knows. */
  worksWith: number;
}

/** Reads how far a schema is; null if what is in it is another program's. */
export async function readApplied(client: ClientBase, schema: string): Promise<Applied | null> {
  const { rows } = await client.query<{ is_ours: boolean; is_used: boolean }>(
    `SELECT (SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass(format('%I.migrations', $1::text)) AND attnum > 0
         AND attname IN ('number', 'name', 'works_with')) = 3 AS is_ours,
       EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = $1::text AND c.relkind IN ('r', 'p', 'v')) AS is_used`,
    [schema],
  );
  if (!rows[0]?.is_ours) return rows[0]?.is_used ? null : { newest: 0, worksWith: 0 };
  const { rows: applied } = await client.query<Applied>(
    `SELECT coalesce(max(number), 0)::int AS newest, coalesce(max(works_with), 0)::int AS "worksWith" FROM migrations`,
  );
  return applied[0] ?? { newest: 0, worksWith: 0 };
}
