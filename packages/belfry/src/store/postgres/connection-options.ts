import { readFileSync } from "node:fs";
import type { ClientConfig } from "pg";
import { SettingError } from "../../domain/errors.ts";

/** How a database is reached. */
export interface ConnectionSettings {
  /** `postgres://user:password@host:port/database?sslmode=verify-full&sslrootcert=/path` */
  url: string;
  /** The schema that holds Belfry's tables. */
  schema: string;
  /** What the server shows of this process: `belfry worker`. */
  applicationName: string;
}

/** An idle connection that the network has dropped is found out within so long. */
const KEEP_ALIVE_MS = 10_000;
const CONNECTS_WITHIN_MS = 5_000;
/** No statement of Belfry's takes so long, unless something is wrong. */
const STATEMENT_WITHIN_MS = 60_000;
/** A process that was stopped in the middle must not hold its locks for ever. */
const IDLE_IN_TRANSACTION_MS = 10_000;

/**
 * Each statement is planned once a connection, for all values, and always by its indexes: they were made
 * for it. Left alone, the planner takes tables that are still empty at that moment for small ones, reads
 * them whole, and keeps to that while they grow. Compiling a statement takes longer than running it.
 */
const PLANNING: readonly string[] = [
  "plan_cache_mode=force_generic_plan",
  "enable_seqscan=off",
  "enable_bitmapscan=off",
  "enable_hashjoin=off",
  "enable_mergejoin=off",
  "jit=off",
  "timezone=UTC",
];

/** As libpq reads them (PostgreSQL's manual, §34.19.1). */
const TLS_MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
type TlsMode = (typeof TLS_MODES)[number];

/**
 * What the driver is told.
 *
 * @throws SettingError if the address names files that cannot be read, or a TLS mode that there is not
 */
export function clientConfig({ url, schema, applicationName }: ConnectionSettings): ClientConfig {
  const address = new URL(url);
  const socketFolder = address.searchParams.get("host");
  return {
    host: socketFolder ?? decodeURIComponent(address.hostname.replace(/^\[|\]$/g, "")),
    port: Number(address.port || 5432),
    user: decodeURIComponent(address.username) || "postgres",
    password: decodeURIComponent(address.password),
    database: decodeURIComponent(address.pathname.slice(1)) || "postgres",
    application_name: applicationName,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    connectionTimeoutMillis: CONNECTS_WITHIN_MS,
    statement_timeout: STATEMENT_WITHIN_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    options: `-c search_path=${quoted(schema)} ${PLANNING.map((setting) => `-c ${setting}`).join(" ")}`,
    ssl: tlsOf(address),
  };
}

/** The database for messages: without user, password and files. */
export function placeOf(url: string): string {
  const { host, pathname, searchParams } = new URL(url);
  return `${searchParams.get("host") ?? host}${pathname}`;
}

function quoted(schema: string): string {
  return `"${schema}"`;
}

function tlsOf({ searchParams }: URL): ClientConfig["ssl"] {
  const mode = (searchParams.get("sslmode") ?? "disable") as TlsMode;
  if (!TLS_MODES.includes(mode)) {
    throw new SettingError(
      `Cannot use BELFRY_DATABASE_URL: sslmode=${mode} is no mode of TLS; allowed: ${TLS_MODES.join(", ")}`,
    );
  }
  // The driver cannot fall back from one to the other; who wants TLS says so.
  if (["disable", "allow", "prefer"].includes(mode)) return false;
  const files = {
    ...fileOf(searchParams, "sslrootcert", "ca"),
    ...fileOf(searchParams, "sslcert", "cert"),
    ...fileOf(searchParams, "sslkey", "key"),
  };
  if (mode === "require") return { ...files, rejectUnauthorized: false };
  if (mode === "verify-ca") return { ...files, checkServerIdentity: () => undefined };
  return files;
}

function fileOf(parameters: URLSearchParams, name: string, option: string): Record<string, string> {
  const path = parameters.get(name);
  if (path === null) return {};
  try {
    return { [option]: readFileSync(path, "utf8") };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SettingError(`Cannot use BELFRY_DATABASE_URL: ${name}=${path} cannot be read: ${reason}`);
  }
}
