/** As libpq reads them (PostgreSQL's manual, §34.19.1). */
export const TLS_MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
export type TlsMode = (typeof TLS_MODES)[number];

/** What the address of a PostgreSQL database looks like, in words. */
export const DATABASE_URL_FORM =
  "postgres://user:password@host:5432/database, with sslmode=, sslrootcert=, sslcert= and sslkey= as libpq has them, " +
  "and host= for the folder of a socket";

/** Where a PostgreSQL database is, and how to get in; decoded. */
export interface DatabaseAddress {
  /** A name, an address, or the folder of a socket. */
  host: string;
  /** Default: 5432. */
  port: number;
  /** Default: `postgres`. */
  user: string;
  /** Empty: none. */
  password: string;
  database: string;
  /** Default: `disable`. */
  tlsMode: TlsMode;
  /** Paths of files (PEM); null: not named. `system` as the authority stands for those that Node trusts. */
  authorityPath: string | null;
  certificatePath: string | null;
  keyPath: string | null;
}

/** The address, or why it is none; the reason never repeats what may be a part of a password. */
export type DatabaseAddressRead = { ok: true; address: DatabaseAddress } | { ok: false; reason: string };

const PARAMETERS: readonly string[] = ["sslmode", "sslrootcert", "sslcert", "sslkey", "host"];
const ESCAPES = "special characters are written as %XX";

/** Reads an address as libpq has it, but of one host, and with few of its parameters. */
export function readDatabaseAddress(text: string): DatabaseAddressRead {
  const url = URL.parse(withHost(text));
  if (url === null) return no(`it is no URL; ${ESCAPES}`);
  const fault = faultOf(url);
  if (fault !== null) return no(fault);
  try {
    return { ok: true, address: addressOf(url) };
  } catch {
    return no(`it has a % that begins no %XX; ${ESCAPES}, and % itself as %25`);
  }
}

/** libpq lets the host be left out where `host=` names a socket; a URL with a user must have one. */
function withHost(text: string): string {
  return text.replace(/^(postgres(?:ql)?:\/\/)([^/?#]*@)?(?=[:/])/i, "$1$2localhost");
}

function faultOf({ protocol, hostname, pathname, hash, searchParams }: URL): string | null {
  if (protocol !== "postgres:" && protocol !== "postgresql:") return "it does not begin with postgres://";
  if (hostname.includes(",")) return "it names several hosts; name the one that takes writes";
  if (pathname.length < 2) return "it names no database";
  // An unescaped character of a password ends the host early: what follows looks like all this.
  if (/[/@]/.test(pathname.slice(1)) || hash !== "") return `its database is no name; ${ESCAPES}`;
  const unknown = [...searchParams.keys()].find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined)
    return /^[a-z_]{1,40}$/.test(unknown)
      ? `there is no parameter "${unknown}"`
      : `it has an unknown parameter`;
  return tlsFault(searchParams.get("sslmode"));
}

function tlsFault(mode: string | null): string | null {
  if (mode === null || TLS_MODES.some((known) => known === mode)) return null;
  return `its sslmode is none of ${TLS_MODES.join(", ")}`;
}

/** @throws URIError if something cannot be decoded */
function addressOf({ hostname, port, username, password, pathname, searchParams }: URL): DatabaseAddress {
  return {
    host: searchParams.get("host") ?? decodeURIComponent(hostname.replace(/^\[|\]$/g, "")),
    port: Number(port || 5432),
    user: decodeURIComponent(username) || "postgres",
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    tlsMode: (searchParams.get("sslmode") ?? "disable") as TlsMode,
    authorityPath: searchParams.get("sslrootcert"),
    certificatePath: searchParams.get("sslcert"),
    keyPath: searchParams.get("sslkey"),
  };
}

function no(reason: string): DatabaseAddressRead {
  return { ok: false, reason };
}
