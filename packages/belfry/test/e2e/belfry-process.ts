import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Client, createClient } from "../../src/client/client.ts";
import { type ApiAnswer, type ApiRequest, askApi } from "./api-request.ts";
import { type BelfryChild, type BelfrySettings, type Surroundings, spawnBelfry } from "./belfry-command.ts";
import { type Ground, type StoreName, takeGround } from "./stores.ts";

const READY_WITHIN_MS = 30_000;
const END_WITHIN_MS = 30_000;
const READY_LINE = /is ready at (http:\S+)/;

/** How a process ended: by a code of its own, or by a signal. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
  tookMs: number;
}

/** Where and in what it runs. */
export interface ProcessOptions extends Surroundings {
  /** Holds its data folder; default: one of its own, which is removed in the end. */
  folder?: string;
  /** Where it keeps its data, which is its own; default: SQLite. */
  store?: StoreName;
  /** The command and its arguments; default: `start`. */
  args?: readonly string[];
}

/** One run of the server, from spawn to exit. */
interface Run {
  child: BelfryChild;
  ended: Promise<unknown[]>;
}

/**
 * A real `belfry start`, or another role, on a folder and a port of its own, which can be killed and started
 * again on the same folder. What is asked of it while it is down waits until it is up again.
 */
export class BelfryProcess {
  readonly folder: string;
  readonly #args: readonly string[];
  readonly #ground: Ground;
  readonly #surroundings: Surroundings;
  readonly #isGuest: boolean;
  #settings: BelfrySettings;
  readonly #out: string[] = [];
  #err = "";
  #run: Run | null = null;
  #up = Promise.withResolvers<string>();
  #interruptions = 0;

  private constructor(settings: BelfrySettings, ground: Ground, options: ProcessOptions) {
    const { folder, args = ["start"], ...surroundings } = options;
    this.#isGuest = folder !== undefined;
    this.folder = folder ?? mkdtempSync(join(tmpdir(), "belfry-e2e-"));
    this.#args = args;
    this.#ground = ground;
    this.#settings = { ...ground.settings, ...settings };
    this.#surroundings = surroundings;
  }

  /** @param settings over the defaults: a free port, and this machine allowed as a destination */
  static async start(settings: BelfrySettings = {}, options: ProcessOptions = {}): Promise<BelfryProcess> {
    const belfry = new BelfryProcess(settings, await takeGround(options.store ?? "SQLite"), options);
    try {
      await belfry.restart();
    } catch (error) {
      await belfry[Symbol.asyncDispose]();
      throw error;
    }
    return belfry;
  }

  /** The settings with which it runs, for commands on the same folder. */
  get settings(): BelfrySettings {
    const defaults = { BELFRY_PORT: "0", BELFRY_WEBHOOK_ALLOW: "127.0.0.1" };
    return { ...defaults, ...this.#settings, BELFRY_DATA: this.dataFolder };
  }

  get dataFolder(): string {
    return join(this.folder, "data");
  }

  /** What all runs have printed on standard output, line by line. */
  get lines(): readonly string[] {
    return this.#out;
  }

  /** What all runs have printed on standard error. */
  get complaints(): string {
    return this.#err;
  }

  /** How often it was told to end; a request that saw none of it must be answered. */
  get interruptions(): number {
    return this.#interruptions;
  }

  /** Of the run that is up. */
  get pid(): number {
    const pid = this.#run?.child.pid;
    if (pid === undefined) throw new Error("Cannot tell the pid of belfry: it is not running");
    return pid;
  }

  get key(): string {
    const { BELFRY_ADMIN_KEY: given } = this.#settings;
    return given ?? readFileSync(join(this.dataFolder, "admin.key"), "utf8").trim();
  }

  /** Where it listens, once it is up. */
  url(): Promise<string> {
    return this.#up.promise;
  }

  /** The typed client, for the run that is up. */
  async client(): Promise<Client> {
    return createClient({ url: await this.url(), key: this.key });
  }

  /** One request, whatever its answer. Rejects if the connection breaks. */
  async api<Body>(
    method: ApiRequest["method"],
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ApiAnswer<Body>> {
    const url = await this.url();
    return askApi<Body>({
      url,
      method,
      path,
      body,
      headers: { authorization: `Bearer ${this.key}`, ...headers },
    });
  }

  /** Starts it again on the same folder. @param changed over the settings that it had, from now on */
  async restart(changed: BelfrySettings = {}): Promise<void> {
    this.#settings = { ...this.#settings, ...changed };
    const child = spawnBelfry(this.#args, this.settings, this.#surroundings);
    this.#run = { child, ended: once(child, "exit") };
    child.stderr.on("data", (chunk) => {
      this.#err += String(chunk);
    });
    const url = await this.#readiness(this.#run);
    const { status } = await askApi({ url, method: "GET", path: "/readyz" });
    if (status !== 200) throw new Error(`Cannot start belfry: /readyz answered ${status}`);
    this.#up.resolve(url);
  }

  /** The running process, for what a test does to it besides. */
  get child(): BelfryChild {
    if (!this.#run) throw new Error("Cannot use the process: it is not running");
    return this.#run.child;
  }

  /** Sends it a signal and waits until it is gone. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<Ending> {
    const run = this.#run;
    if (!run) throw new Error("Cannot kill belfry: it is not running");
    this.#run = null;
    this.#interruptions += 1;
    this.#up = Promise.withResolvers();
    const startedAt = performance.now();
    run.child.kill(signal);
    const tooLong = setTimeout(() => run.child.kill("SIGKILL"), END_WITHIN_MS);
    const [code, by] = (await run.ended) as [number | null, NodeJS.Signals | null];
    clearTimeout(tooLong);
    return { code, signal: by, tookMs: performance.now() - startedAt };
  }

  /** Asks it to end as an operator does. */
  stop(): Promise<Ending> {
    return this.kill("SIGTERM");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#run) await this.kill();
    await this.#ground[Symbol.asyncDispose]();
    rmSync(this.#isGuest ? this.dataFolder : this.folder, { recursive: true, force: true });
  }

  /** Keeps what it prints, and resolves with its address once it says that it is ready. */
  #readiness({ child, ended }: Run): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => reject(new Error(`Cannot start belfry: ${why}\n${this.#err}`));
      const tooLong = setTimeout(() => {
        child.kill("SIGKILL");
        fail(`it was not ready within ${READY_WITHIN_MS} ms`);
      }, READY_WITHIN_MS);
      void ended.then(([code]) => {
        clearTimeout(tooLong);
        fail(`it ended with ${String(code)}`);
      });
      createInterface(child.stdout).on("line", (line) => {
        this.#out.push(line);
        const url = READY_LINE.exec(line)?.[1];
        if (url === undefined) return;
        clearTimeout(tooLong);
        resolve(url);
      });
    });
  }
}
