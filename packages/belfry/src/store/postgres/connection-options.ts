import { readFileSync } from "node:fs";
import type { ClientConfig } from "pg";
import { type DatabaseAddress, readDatabaseAddress } from "../../domain/database-address.ts";
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
/** A process that was stopped in the middle must not hold its locks for ever, nor for as long as leases last. */
const IDLE_IN_TRANSACTION_MS = 5_000;

/**
 * A machine that is gone without a word is found out by the server in 40 s instead of two hours; no sooner than
 * leases end, since one that is only cut off goes on with what it holds until then.
 */
const SERVER_KEEP_ALIVE: readonly string[] = [
  "tcp_keepalives_idle=15",
  "tcp_keepalives_interval=5",
  "tcp_keepalives_count=5",
];

/**
 * Each statement is planned once a connection, for all values, and always by its indexes: they were made
 * for it. Left alone, the planner takes tables that are still empty at that moment for small ones, reads
 * them whole, and keeps to that while they grow. Compiling a statement takes longer than running it, and so does
 * starting workers for it, which the planner is for once there are ten million rows: 28 ms in place of 0.8.
 */
const PLANNING: readonly string[] = [
  "plan_cache_mode=force_generic_plan",
  "enable_seqscan=off",
  "enable_bitmapscan=off",
  "enable_hashjoin=off",
  "enable_mergejoin=off",
  "jit=off",
  "max_parallel_workers_per_gather=0",
  "timezone=UTC",
];

/**
 * What the driver is told.
 *
 * @throws SettingError if the address is none, or names files that cannot be read
 */
export function clientConfig({ url, schema, applicationName }: ConnectionSettings): ClientConfig {
  const address = addressOf(url);
  const { host, port, user, password, database } = address;
  return {
    host,
    port,
    user,
    // Without one the driver would look for it in variables and files that are no settings of Belfry's.
    password: password === "" ? () => "" : password,
    database,
    application_name: applicationName,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    connectionTimeoutMillis: CONNECTS_WITHIN_MS,
    statement_timeout: STATEMENT_WITHIN_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    options: [`search_path="${schema}"`, ...SERVER_KEEP_ALIVE, ...PLANNING]
      .map((setting) => `-c ${setting}`)
      .join(" "),
    ssl: tlsOf(address),
  };
}

/** The database for messages, without user, password and files: `db.example.com:5432/belfry`. */
export function placeOf(url: string): string {
  const { host, port, database } = addressOf(url);
  return `${host.includes(":") ? `[${host}]` : host}:${port}/${database}`;
}

function addressOf(url: string): DatabaseAddress {
  const read = readDatabaseAddress(url);
  if (read.ok) return read.address;
  throw new SettingError(`Cannot use BELFRY_DATABASE_URL: ${read.reason}`);
}

function tlsOf(address: DatabaseAddress): ClientConfig["ssl"] {
  const { tlsMode, authorityPath, certificatePath, keyPath } = address;
  // The driver cannot fall back from one to the other; who wants TLS says so.
  if (tlsMode === "disable" || tlsMode === "allow" || tlsMode === "prefer") return false;
  const files = {
    ...(authorityPath === "system" ? {} : fileOf("sslrootcert", authorityPath, "ca")),
    ...fileOf("sslcert", certificatePath, "cert"),
    ...fileOf("sslkey", keyPath, "key"),
  };
  if (tlsMode === "require") return { ...files, rejectUnauthorized: false };
  if (tlsMode === "verify-ca") return { ...files, checkServerIdentity: () => undefined };
  return files;
}

function fileOf(name: string, path: string | null, option: string): Record<string, string> {
  if (path === null) return {};
  try {
    return { [option]: readFileSync(path, "utf8") };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SettingError(`Cannot use BELFRY_DATABASE_URL: ${name}=${path} cannot be read: ${reason}`);
  }
}
