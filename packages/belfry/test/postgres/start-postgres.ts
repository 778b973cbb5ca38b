import { readFileSync } from "node:fs";
import { freePort, isFree } from "./free-port.ts";
import { killTree } from "./process-tree.ts";
import { type ServerPlace, serverPlace } from "./server-place.ts";
import { logPath, reached, type ServerRun, spawnServer } from "./server-run.ts";
import { type Setup, type SetupOptions, setUpServer } from "./server-setup.ts";

const TRIES = 3;

/** How a server under test is set up, and where it listens. */
export interface PostgresOptions extends SetupOptions {
  /** On 127.0.0.1. Default: a free one. Either way it stays the same when the server is started again. */
  port?: number;
}

/** A server of one's own, up and ready. Throws with the server's log if it does not start. */
export async function startPostgres({ port, ...options }: PostgresOptions = {}): Promise<PostgresServer> {
  const place = await serverPlace(options);
  try {
    const setup = await setUpServer(place, options);
    if (port === undefined) return await startOnFreePort(place, setup);
    return await startOn(port, place, setup);
  } catch (error) {
    await place.folder[Symbol.asyncDispose]();
    throw error;
  }
}

async function startOn(port: number, place: ServerPlace, setup: Setup): Promise<PostgresServer> {
  const server = new PostgresServer(place, setup, port);
  await server.start();
  return server;
}

/** Between the look and the start another may take a port that was free. */
async function startOnFreePort(place: ServerPlace, setup: Setup): Promise<PostgresServer> {
  for (let tries = 1; ; tries += 1) {
    const port = await freePort();
    try {
      return await startOn(port, place, setup);
    } catch (error) {
      if (tries === TRIES || (await isFree(port))) throw error;
    }
  }
}

/**
 * A real PostgreSQL on a folder and a port of its own, which can be stopped or killed and started again on
 * them. It ends with this process, however that ends, and its folder goes with it.
 */
export class PostgresServer implements AsyncDisposable {
  /** The port of 127.0.0.1 at which it listens. */
  readonly port: number;
  readonly #place: ServerPlace;
  readonly #setup: Setup;
  #run: ServerRun | null = null;
  /** A killed server leaves shared memory behind, which only its next run finds. */
  #isKilled = false;

  constructor(place: ServerPlace, setup: Setup, port: number) {
    this.#place = place;
    this.#setup = setup;
    this.port = port;
  }

  /** The first part of its version: 15. */
  get major(): number {
    return this.#place.major;
  }

  /** Holds `data`, its data folder, and `server.log`. */
  get folder(): string {
    return this.#place.folder.path;
  }

  /** The folder of its socket; null if it has none, because the path would be too long. */
  get socketFolder(): string | null {
    return this.#setup.socketFolder;
  }

  /** What clients must trust to be sure of it (PEM); null without TLS. */
  get certificatePath(): string | null {
    return this.#setup.certificatePath;
  }

  /** Of its first process, while it is up. */
  get pid(): number {
    return this.#running("tell the pid of").pid;
  }

  get isUp(): boolean {
    return this.#run !== null;
  }

  /** All that its runs have logged. */
  get log(): string {
    return readFileSync(logPath(this.#place), "utf8");
  }

  /** Of a database on it, as its superuser `postgres`. With TLS it asks for the certificate to be verified. */
  url(database = "postgres"): string {
    const { password, certificatePath } = this.#setup;
    const url = new URL(`postgresql://postgres@127.0.0.1:${this.port}/${encodeURIComponent(database)}`);
    if (password !== null) url.password = password;
    if (certificatePath !== null) {
      url.searchParams.set("sslmode", "verify-full");
      url.searchParams.set("sslrootcert", certificatePath);
    }
    return url.href;
  }

  /** Starts it again. Resolves once it takes connections, whatever it has to recover first. */
  async start(): Promise<void> {
    if (this.#run) throw new Error("Cannot start PostgreSQL: it is up");
    if (!(await this.#spawn("ready")))
      throw new Error(`Cannot start PostgreSQL: it ended at once. Its log:\n${this.log}`);
  }

  /** Ends it in order, without waiting for its clients ("fast"); resolves once it is gone. */
  async stop(): Promise<void> {
    await this.#signal("SIGINT");
  }

  /** Kills all of its processes at once (SIGKILL); resolves once they are gone. The folder stays as it is then. */
  async kill(): Promise<void> {
    const { pid, ended } = this.#running("kill");
    this.#isKilled = true;
    await killTree(pid);
    await ended;
  }

  /** Ends it, whatever it does, and removes its folder; it may be called again. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isKilled) await this.#spawn("starting").catch(() => false);
    // Nothing on its disk is needed any more, so it need not write it.
    if (this.#run) await this.#signal("SIGQUIT");
    await this.#place.folder[Symbol.asyncDispose]();
  }

  async #spawn(status: "starting" | "ready"): Promise<boolean> {
    const run = spawnServer(this.#place, this.port);
    this.#run = run;
    run.child.once("exit", () => {
      this.#run = null;
    });
    const isUp = await reached(this.#place, run, status);
    if (isUp) this.#isKilled = false;
    return isUp;
  }

  async #signal(signal: NodeJS.Signals): Promise<void> {
    const { child, ended } = this.#running("stop");
    child.kill(signal);
    // A test may have halted it; only then does it hear.
    child.kill("SIGCONT");
    await ended;
  }

  #running(what: string): ServerRun {
    if (!this.#run) throw new Error(`Cannot ${what} PostgreSQL: it is not up`);
    return this.#run;
  }
}
