import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Role } from "../../../src/domain/worker.ts";
import { type BelfryChild, type BelfrySettings, spawnBelfry } from "../../e2e/belfry-command.ts";

const RUN_ROLE = fileURLToPath(new URL("run-role.ts", import.meta.url));
const READY_WITHIN_MS = 60_000;
const ENDS_WITHIN_MS = 40_000;
const MOST_STARTS = 10;
const READY_LINE = /is ready at (http:\S+)/;

export interface RoleProcessOptions {
  role: Role;
  settings: BelfrySettings;
  /** How long its leases last; default: as in production, run by the launcher that users run. */
  leaseMs?: number | undefined;
  /** Modules that are loaded before it, by URL. */
  imports?: readonly string[];
}

/** How a process ended: by a code of its own, or by a signal. */
export interface RoleEnding {
  code: number | null;
  signal: NodeJS.Signals | null;
  tookMs: number;
}

interface Run {
  child: BelfryChild;
  ended: Promise<unknown[]>;
}

/** One process of a cluster, which can be killed, halted, resumed, stopped and started again. */
export class RoleProcess implements AsyncDisposable {
  readonly role: Role;
  /** All that its runs have written to standard error. */
  complaints = "";
  /** Of all its runs, the oldest first. */
  readonly pids: number[] = [];
  /** How often it was started and ended before it was ready. */
  failedStarts = 0;
  /** How its runs ended that nobody here had told to end. */
  readonly crashes: string[] = [];
  /** All that its runs have printed. */
  readonly lines: string[] = [];
  readonly #options: RoleProcessOptions;
  #run: Run | null = null;
  #isReady = false;
  #up = Promise.withResolvers<string>();

  constructor(options: RoleProcessOptions) {
    this.#options = options;
    this.role = options.role;
  }

  /** Where it listens, once it is up. */
  url(): Promise<string> {
    return this.#up.promise;
  }

  get isUp(): boolean {
    return this.#run !== null;
  }

  get child(): BelfryChild {
    if (!this.#run) throw new Error(`Cannot use the ${this.role}: it is not running`);
    return this.#run.child;
  }

  /** Resolves once it is ready. */
  async start(): Promise<void> {
    const { role, settings, leaseMs, imports = [] } = this.#options;
    const child =
      leaseMs === undefined
        ? spawnBelfry([role], settings, { imports })
        : spawnBelfry([role, String(leaseMs)], settings, { imports, program: RUN_ROLE });
    const run = { child, ended: once(child, "exit") };
    this.#run = run;
    this.#isReady = false;
    this.pids.push(child.pid ?? -1);
    child.stderr.on("data", (chunk) => {
      this.complaints += String(chunk);
    });
    void run.ended.then(([code, signal]) => {
      if (this.#run !== run) return;
      this.#run = null;
      this.#up = Promise.withResolvers();
      // One that cannot start is told to whoever starts it.
      if (this.#isReady) this.crashes.push(String(code ?? signal));
    });
    const url = await this.#readiness(run);
    this.#isReady = true;
    this.#up.resolve(url);
  }

  /** As whoever supervises it does: starts it again if it ends before it is ready. */
  async startInsisting(): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.start();
      } catch (error) {
        if (tries === MOST_STARTS) throw error;
        this.failedStarts += 1;
      }
    }
  }

  /** SIGKILL; resolves once it is gone. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Asks it to end as an operator does. */
  stop(): Promise<RoleEnding> {
    return this.#end("SIGTERM");
  }

  /** It does nothing until it is resumed, and knows nothing of it; its connections stay. */
  halt(): void {
    this.child.kill("SIGSTOP");
  }

  resume(): void {
    this.child.kill("SIGCONT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#run) await this.kill();
  }

  async #end(signal: NodeJS.Signals): Promise<RoleEnding> {
    const { child } = this;
    const { ended } = this.#run as Run;
    this.#run = null;
    this.#up = Promise.withResolvers();
    const beganAtMs = performance.now();
    child.kill(signal);
    const tooLong = setTimeout(() => child.kill("SIGKILL"), ENDS_WITHIN_MS);
    const [code, by] = (await ended) as [number | null, NodeJS.Signals | null];
    clearTimeout(tooLong);
    return { code, signal: by, tookMs: performance.now() - beganAtMs };
  }

  /** Resolves with its address once it says that it is ready. */
  #readiness({ child, ended }: Run): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void =>
        reject(new Error(`Cannot start the ${this.role}: ${why}\n${this.complaints.slice(-2_000)}`));
      const tooLong = setTimeout(() => {
        child.kill("SIGKILL");
        fail(`it was not ready within ${READY_WITHIN_MS} ms`);
      }, READY_WITHIN_MS);
      void ended.then(([code, signal]) => {
        clearTimeout(tooLong);
        fail(`it ended with ${String(code ?? signal)}`);
      });
      createInterface(child.stdout).on("line", (line) => {
        this.lines.push(line);
        const url = READY_LINE.exec(line)?.[1];
        if (url === undefined) return;
        clearTimeout(tooLong);
        resolve(url);
      });
    });
  }
}
