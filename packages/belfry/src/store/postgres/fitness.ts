import type { ClientBase } from "pg";

/** PostgreSQL 14: what the oldest that is still maintained can do. */
const OLDEST_VERSION = 140_000;

/** What becomes of a connection behind a pooler that was not told to pass them on. */
export const POOLED =
  "a pooler before it does not pass on the settings of a connection; name the server itself in BELFRY_DATABASE_URL";

/** Why Belfry cannot work on a database. */
export interface Unfit {
  /** That of the StoreError. */
  code: string;
  advice: string;
}

interface Server {
  version: number;
  name: string;
  encoding: string;
  is_standby: boolean;
  is_read_only: boolean;
  search_path: string;
  plan_cache_mode: string;
}

/**
 * What of a server, its database or the way to it does not do; null if all is well.
 *
 * @param client a connection of its own, with Belfry's settings
 */
export async function findUnfit(client: ClientBase, schema: string): Promise<Unfit | null> {
  const { rows } = await client.query<Server>(
    `SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS name,
       current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS is_standby,
       current_setting('transaction_read_only')::boolean AS is_read_only, current_setting('search_path') AS search_path,
       current_setting('plan_cache_mode') AS plan_cache_mode`,
  );
  const [server] = rows;
  return server ? unfitOf(server, schema) : null;
}

function unfitOf({ version, name, encoding, ...server }: Server, schema: string): Unfit | null {
  if (version < OLDEST_VERSION)
    return { code: "store_outdated", advice: `it is PostgreSQL ${name}, and Belfry needs 14 or newer` };
  if (encoding !== "UTF8") {
    const advice = `its encoding is ${encoding}; make one with \`createdb --encoding UTF8 --template template0\``;
    return { code: "store_foreign", advice };
  }
  if (server.is_standby || server.is_read_only)
    return { code: "store_read_only", advice: takesNoWrites(server) };
  return hasOwnSettings(server, schema) ? null : { code: "store_denied", advice: POOLED };
}

/** As it was connected with them, or as its role has them: one of each kind tells. */
function hasOwnSettings(server: Pick<Server, "search_path" | "plan_cache_mode">, schema: string): boolean {
  const isOwnPath = [schema, `"${schema}"`].includes(server.search_path);
  return isOwnPath && server.plan_cache_mode === "force_generic_plan";
}

/** Why a database takes no writes, and what to do. */
export function takesNoWrites({ is_standby }: Pick<Server, "is_standby">): string {
  return is_standby
    ? "it takes no writes, since it is a standby; name the primary in BELFRY_DATABASE_URL"
    : "it takes no writes, since it is set to read only; see its default_transaction_read_only";
}
