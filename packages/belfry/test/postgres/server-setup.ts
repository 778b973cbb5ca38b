import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { appendFileSync, chownSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { selfSignedCertificate } from "./self-signed-certificate.ts";
import { serverEnvironment } from "./server-environment.ts";
import type { ServerPlace } from "./server-place.ts";

/** The longest path of a socket on Linux, see unix(7). */
const LONGEST_SOCKET_PATH = 107;

/** How a server under test is set up. */
export interface SetupOptions {
  /** Over the defaults, by their names in postgresql.conf: `{ statement_timeout: "5s" }`. */
  settings?: Readonly<Record<string, string | number | boolean>>;
  /**
   * Whether commits outlast a fall of the machine, at the price of waiting for its disk. Default: false; then
   * they outlast a kill of the server, and the folder lies in memory if there is room.
   */
  durable?: boolean;
  /** Default: `trust`, which asks for no password; with `scram-sha-256` a random one stands in the URL. */
  auth?: "trust" | "scram-sha-256";
  /** Whether it takes TCP connections by TLS, and no others. Default: false. */
  tls?: boolean;
  /** Further arguments of initdb: `["--locale-provider=icu", "--icu-locale=en-US"]`. Default locale: C. */
  initdb?: readonly string[];
}

/** What clients of a server that was set up must know. */
export interface Setup {
  password: string | null;
  /** Of the authority that signed its certificate; null without TLS. */
  certificatePath: string | null;
  /** Where its socket lies; null if the folder's path is too long for one. */
  socketFolder: string | null;
}

/** Makes the data folder, and writes the settings into it. */
export async function setUpServer(place: ServerPlace, options: SetupOptions): Promise<Setup> {
  const { path } = place.folder;
  const { auth = "trust", tls = false, initdb = [] } = options;
  const password = auth === "trust" ? null : randomBytes(16).toString("hex");
  const socketFolder = `${path}/.s.PGSQL.65535`.length <= LONGEST_SOCKET_PATH ? path : null;
  await runInitdb(place, { auth, password, initdb });
  const transport = tls ? { ssl: true, ...writeCertificate(place) } : {};
  const settings = { ...defaults({ ...options, socketFolder }), ...transport, ...options.settings };
  appendFileSync(join(path, "data/postgresql.conf"), configurationOf(settings));
  writeFileSync(join(path, "data/pg_hba.conf"), accessRules(auth, tls));
  return { password, certificatePath: tls ? join(path, "server.crt") : null, socketFolder };
}

async function runInitdb(
  { folder, user, binaries }: ServerPlace,
  { auth, password, initdb }: { auth: string; password: string | null; initdb: readonly string[] },
): Promise<void> {
  const passwordPath = join(folder.path, "password");
  const args = ["--pgdata", join(folder.path, "data"), "--username=postgres", `--auth=${auth}`];
  args.push("--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions", ...initdb);
  if (password !== null) args.push(`--pwfile=${passwordPath}`);
  writeFileSync(passwordPath, password ?? "");
  const child = spawn(join(binaries, "initdb"), args, {
    ...user,
    cwd: folder.path,
    env: serverEnvironment(),
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  folder.watch(child.pid ?? null);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  folder.watch(null);
  rmSync(passwordPath);
  if (code !== 0)
    throw new Error(`Cannot set up PostgreSQL: initdb ended with ${String(code)}\n${out}${err}`);
}

function defaults({
  durable = false,
  socketFolder,
}: SetupOptions & Pick<Setup, "socketFolder">): SetupOptions["settings"] {
  return {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: socketFolder ?? "",
    max_connections: 200,
    shared_buffers: "128MB",
    fsync: durable,
    full_page_writes: durable,
    // Without a disk to wait for, a checkpoint is cheap, and the folder may lie in memory.
    ...(!durable && { max_wal_size: "256MB" }),
    // Always: a commit is to outlast a kill of the server, if not one of the machine.
    synchronous_commit: true,
  };
}

function configurationOf(settings: Readonly<Record<string, string | number | boolean>>): string {
  const lines = Object.entries(settings).map(
    ([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'\n`,
  );
  return lines.join("");
}

function accessRules(auth: string, tls: boolean): string {
  return `local all all ${auth}\n${tls ? "hostssl" : "host"} all all 127.0.0.1/32 ${auth}\n`;
}

/** The names of the settings, and the files that they name. */
function writeCertificate({ folder, user }: ServerPlace): { ssl_cert_file: string; ssl_key_file: string } {
  const paths = {
    ssl_cert_file: join(folder.path, "server.crt"),
    ssl_key_file: join(folder.path, "server.key"),
  };
  const { certificate, key } = selfSignedCertificate();
  writeFileSync(paths.ssl_cert_file, certificate);
  // The server refuses a key that others may read.
  writeFileSync(paths.ssl_key_file, key, { mode: 0o600 });
  if (user) chownSync(paths.ssl_key_file, user.uid, user.gid);
  return paths;
}
