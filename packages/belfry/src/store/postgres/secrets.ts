import type { KeptSecrets } from "../../domain/kept-secrets.ts";
import type { Database, Queryable } from "./database.ts";
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

const READ = statement("read_secrets", "SELECT name, value FROM secrets");
const REPLACE = statement(
  "replace_secret",
  `INSERT INTO secrets (name, value, created_at) VALUES ($1, $2, $3)
   ON CONFLICT (name) DO UPDATE SET value = excluded.value, created_at = excluded.created_at`,
);

/** The names by which `embed/shared-credentials.ts` keeps them. */
const [WEBHOOK, LINK, ADMIN_KEY_HASH] = ["webhook", "link", "admin-key-hash"];

/** All that the database keeps. */
export async function readSecrets(database: Queryable): Promise<KeptSecrets> {
  const kept = new Map((await database.run(READ)).map((row) => [text(row, "name"), text(row, "value")]));
  return {
    webhook: kept.get(WEBHOOK) ?? null,
    link: kept.get(LINK) ?? null,
    adminKey: null,
    adminKeyHash: kept.get(ADMIN_KEY_HASH) ?? null,
  };
}

/** Puts other secrets in the place of those that are there; what is null is left alone. */
export async function replaceSecrets(
  database: Queryable,
  { webhook, link, adminKeyHash }: KeptSecrets,
  nowMs: number,
): Promise<void> {
  for (const [name, value] of [
    [WEBHOOK, webhook],
    [LINK, link],
    [ADMIN_KEY_HASH, adminKeyHash],
  ])
    if (value !== null) await database.run(REPLACE, [name, value, whole(nowMs)]);
}
