import { BelfryError, ConflictError, StoreError } from "../../domain/errors.ts";
import { type MoveStage, movedError } from "../move-mark.ts";
import { POOLED } from "./fitness.ts";
import { FENCED } from "./migrations/0007_moves.ts";

/** What could not be done with the database. */
export type StoreAction = "open" | "read from" | "write to" | "hear from";

interface Meaning {
  code: string;
  advice: string;
  /** Whether it may pass by itself. */
  passes: boolean;
  /** Whether the server's own words are told too: they name what is concerned, and no secret. */
  isQuoted?: true;
}

const UNREACHABLE = "store_unreachable";

/** The code of a connection that was given up, since nobody answered it any more. */
export const SILENT = "ESILENT";

function passing(advice: string, code = UNREACHABLE): Meaning {
  return { code, advice, passes: true };
}

function lasting(code: string, advice: string): Meaning {
  return { code, advice, passes: false };
}

const SHARED_BY_POOLER =
  "a pooler before it lends connections for a transaction at a time; name the server itself in BELFRY_DATABASE_URL";

const TOO_MANY_CONNECTIONS = "53300";

/** By SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const BY_SQLSTATE: Readonly<Record<string, Meaning>> = {
  "53100": passing("its disk is full; make room", "store_full"),
  "53200": passing("it has no more memory; give it some", "store_failed"),
  [TOO_MANY_CONNECTIONS]: passing(
    "it takes no more connections; raise its max_connections, or lower BELFRY_DATABASE_POOL",
  ),
  "25006": lasting(
    "store_read_only",
    "it takes no writes: it is a standby, or set to read only; name the primary in BELFRY_DATABASE_URL",
  ),
  "57P01": passing("it ended the connection; it is being stopped, or an administrator did so"),
  "57P02": passing("it ended the connection, since one of its processes crashed"),
  "57P03": passing("it is starting, or being stopped"),
  "28P01": lasting("store_denied", "it refuses the user or the password of BELFRY_DATABASE_URL"),
  "28000": lasting(
    "store_denied",
    "it does not let the user of BELFRY_DATABASE_URL in from here, or not without TLS; see sslmode= and its pg_hba.conf",
  ),
  "3D000": lasting("store_absent", "there is no database of that name; make it with `createdb`"),
  "42501": {
    ...lasting(
      "store_denied",
      "the user of BELFRY_DATABASE_URL lacks a right, which the owner of the schema must grant",
    ),
    isQuoted: true,
  },
  "42P01": lasting("store_absent", "a table of Belfry's is not there; run `belfry migrate`"),
  "3F000": lasting("store_absent", "the schema of BELFRY_DATABASE_SCHEMA is not there; run `belfry migrate`"),
  // A named statement is there twice, or no more: the connection is not this process's own.
  "42P05": lasting("store_denied", SHARED_BY_POOLER),
  "26000": lasting("store_denied", SHARED_BY_POOLER),
  "55P03": passing("another program holds a lock on it", "store_locked"),
  "57014": passing("a statement took too long and was broken off", "store_failed"),
  XX001: lasting("store_damaged", "a table is damaged; restore it from a backup"),
  XX002: lasting("store_damaged", "an index is damaged; rebuild it with REINDEX"),
};

/** By what Node says when there is no talking to it. */
const BY_SYSTEM_CODE: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: passing("nobody listens there; start it, or mend BELFRY_DATABASE_URL"),
  ENOTFOUND: passing("there is no host of that name; mend BELFRY_DATABASE_URL"),
  EAI_AGAIN: passing("the name of its host cannot be looked up now"),
  ETIMEDOUT: passing("it does not answer; check the network and its firewall"),
  EHOSTUNREACH: passing("its host cannot be reached; check the network"),
  ENETUNREACH: passing("its network cannot be reached"),
  ECONNRESET: passing("the connection broke off"),
  EPIPE: passing("the connection broke off"),
  [SILENT]: passing("a connection fell silent and was given up; check the network, and what stands between"),
  ENOENT: passing("there is no socket at that path; start it, or mend BELFRY_DATABASE_URL"),
};

/** By how the driver words what has no code. */
const BY_WORDS: readonly (readonly [RegExp, Meaning])[] = [
  [
    /timeout exceeded when trying to connect|timeout expired|connection timeout/i,
    passing("it does not answer in time"),
  ],
  [/connection terminated|client has encountered a connection error/i, passing("the connection broke off")],
  [
    /server does not support SSL/i,
    lasting("store_denied", "it does not offer TLS; set sslmode=disable, or switch TLS on there"),
  ],
  [/unsupported startup parameter/i, lasting("store_denied", POOLED)],
  [
    /altnames/i,
    lasting(
      "store_denied",
      "its certificate is for another host; name that in BELFRY_DATABASE_URL, or set sslmode=verify-ca",
    ),
  ],
  [/certificate has expired/i, lasting("store_denied", "its certificate has expired; renew it there")],
  [
    /certificate|self.signed|altnames|unable to verify/i,
    lasting("store_denied", "its certificate is not trusted; name its authority with sslrootcert="),
  ],
  [
    /SASL|password must be a string/i,
    lasting("store_denied", "it asks for a password, and BELFRY_DATABASE_URL has none, or a wrong one"),
  ],
];

/** Whether an error is of the connection: what was asked for may have been done, or not. */
export function isOfConnection(error: unknown): boolean {
  return meaningOf(error).code === UNREACHABLE;
}

/** Whether there is no talking to the database, or no more; not: it takes no more connections, which may be for good. */
export function isUnreachable(error: unknown): boolean {
  const cause = error instanceof StoreError ? error.cause : error;
  return isOfConnection(cause) && codeOf(cause) !== TOO_MANY_CONNECTIONS;
}

/** Whether nobody could work on the database, with a connection or without one: nor could others renew their leases. */
export function isOutage(error: unknown): boolean {
  const { passes, code } = meaningOf(error);
  return passes || code === "store_read_only";
}

/** Whether the same transaction, begun anew, may well succeed: deadlock, serialization failure. */
export function isRepeatable(error: unknown): boolean {
  return ["40001", "40P01"].includes(codeOf(error));
}

/** Whether it may pass by itself, so that waiting helps. */
export function mayPass(error: unknown): boolean {
  return meaningOf(error instanceof StoreError ? error.cause : error).passes;
}

/**
 * PostgreSQL's error as ours, with what helps where that is known.
 *
 * @param place the database, without its password
 */
export function storeError(action: StoreAction, place: string, error: unknown): BelfryError {
  if (error instanceof BelfryError) return error;
  if (codeOf(error) === REFUSED) return refusal(error);
  if (codeOf(error) === FENCED) return movedError(`Cannot ${action} the database ${place}`, markOf(error));
  const { code, advice, isQuoted } = meaningOf(error);
  const words = isQuoted && error instanceof Error ? ` (${error.message})` : "";
  return new StoreError(code, `Cannot ${action} the database ${place}: ${advice}${words}`, { cause: error });
}

/** What a statement of ours raises when it refuses: see `refuse()` of the first migration. */
const REFUSED = "BFRFS";

function refusal(error: unknown): ConflictError {
  const code = error instanceof Error ? error.message : "";
  if (code !== "idempotency_conflict") return new ConflictError(code, `Cannot write: ${code}`);
  return new ConflictError(code, "Cannot repeat the request: its Idempotency-Key has just been used");
}

/** As `refuse_fenced()` of the seventh migration raises it. */
function markOf(error: unknown): { stage: MoveStage; place: string } {
  const { message, detail } = error as Error & { detail?: string };
  return { stage: message as MoveStage, place: detail ?? "" };
}

/** PostgreSQL's code of an error, or Node's; empty if it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function meaningOf(error: unknown): Meaning {
  if (error instanceof AggregateError) return meaningOf(error.errors[0]);
  const code = codeOf(error);
  const known = BY_SQLSTATE[code] ?? BY_SYSTEM_CODE[code];
  if (known) return known;
  const words = error instanceof Error ? error.message : String(error);
  const [, worded] = BY_WORDS.find(([pattern]) => pattern.test(words)) ?? [];
  if (worded) return worded;
  return code.startsWith("08") ? passing("the connection broke off") : lasting("store_failed", words);
}
