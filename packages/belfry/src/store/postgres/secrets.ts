import type { Database } from "./database.ts";
import { text, whole } from "./rows.ts";
import { statement } from "./statement.ts";

const KEEP = statement(
  "keep_secret",
  `WITH kept AS (INSERT INTO secrets (name, value, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING value)
   SELECT value FROM kept UNION ALL SELECT value FROM secrets WHERE name = $1 LIMIT 1`,
);

/**
 * Keeps a secret that all processes share, unless there is one of that name. Resolves with the one that is
 * kept.
 */
export async function keepSecret(
  database: Database,
  { name, value, nowMs }: { name: string; value: string; nowMs: number },
): Promise<string> {
  for (;;) {
    const [row] = await database.write(KEEP, [name, value, whole(nowMs)]);
    // Of two that keep one at once, the second does not see the first's until it asks again.
    if (row) return text(row, "value");
  }
}
