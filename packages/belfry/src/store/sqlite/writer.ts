import type { DatabaseSync, StatementSync } from "node:sqlite";
import { BelfryError } from "../../domain/errors.ts";
import type { OnCommit } from "../commit.ts";
import { isLocked, isOfWholeStore } from "./failure.ts";
import { createHealth, type Health } from "./health.ts";

/** How long a lock of another program is waited for, and how often it is tried. */
const LOCKED_WITHIN_MS = 5_000;
const LOCKED_PAUSE_MS = 50;

interface Job {
  work: () => unknown;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
}

/** How a transaction ended; settlers answer the jobs. */
type Transacted = { isOk: true; settlers: (() => void)[] } | { isOk: false; error: unknown };

/** What happens around each transaction. */
export interface WriterHooks {
  /** Asked before each; default: that of a database in memory. */
  health?: Health;
  /** Told of every transaction, however it ended. */
  onCommit?: OnCommit;
  /** The last to write. */
  beforeCommit?: () => void;
  onRollback?: () => void;
  /** Called once what was committed has been answered. */
  afterCommit?: () => void;
}

/**
 * The one writer. Whatever is asked for during one turn of the event loop commits together: a hundred
 * concurrent requests share one fsync. A promise resolves only after its commit is on disk.
 *
 * A job that is refused (a BelfryError) must say so before it writes anything, so that the others can
 * go on without it. Savepoints would serve too, but SQLite copies every page that a statement touches
 * while one is open, which makes a batch of n rows cost n².
 */
export class Writer {
  readonly #db: DatabaseSync;
  readonly #changes: StatementSync;
  readonly #hooks: WriterHooks;
  readonly #health: Health;
  #jobs: Job[] = [];
  #isScheduled = false;
  #lockedSinceMs: number | null = null;

  constructor(db: DatabaseSync, hooks: WriterHooks = {}) {
    this.#db = db;
    this.#hooks = hooks;
    this.#health = hooks.health ?? createHealth(":memory:");
    this.#changes = db.prepare("SELECT total_changes() AS n");
  }

  /** Runs `work` inside the next commit; it must be synchronous. */
  run<Result>(work: () => Result): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#jobs.push({ work, resolve, reject });
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      setImmediate(() => this.flush());
    });
  }

  /** Commits what is waiting, now. */
  flush(): void {
    this.#isScheduled = false;
    const jobs = this.#jobs;
    if (jobs.length === 0) return;
    this.#jobs = [];
    this.#commitAll(jobs);
  }

  /** Commits what is waiting and waits for no lock any more. */
  close(): void {
    this.#lockedSinceMs = Number.NEGATIVE_INFINITY;
    this.flush();
  }

  #commitAll(jobs: readonly Job[]): void {
    const beganAtMs = performance.now();
    const result = this.#transact(jobs);
    const isPutBack = !result.isOk && isLocked(result.error) && this.#putBack(jobs);
    if (isPutBack) return;
    const durationMs = performance.now() - beganAtMs;
    this.#hooks.onCommit?.({ jobs: jobs.length, durationMs, isOk: result.isOk });
    if (result.isOk) this.#answer(result.settlers);
    else this.#fail(jobs, result.error);
  }

  /** What may be the fault of one alone is tried one by one, so that one that breaks takes no other along. */
  #fail(jobs: readonly Job[], error: unknown): void {
    if (jobs.length > 1 && !isOfWholeStore(error)) {
      for (const job of jobs) this.#commitAll([job]);
      return;
    }
    const failure = this.#health.failureOf("write to", error);
    for (const job of jobs) job.reject(failure);
  }

  #answer(settlers: readonly (() => void)[]): void {
    this.#lockedSinceMs = null;
    for (const settle of settlers) settle();
    this.#hooks.afterCommit?.();
  }

  /**
   * Keeps jobs for a moment while another program holds the lock: to wait inside SQLite would hold up the
   * event loop. False if that has lasted too long.
   */
  #putBack(jobs: readonly Job[]): boolean {
    const nowMs = performance.now();
    this.#lockedSinceMs ??= nowMs;
    if (nowMs - this.#lockedSinceMs >= LOCKED_WITHIN_MS) return false;
    this.#jobs.push(...jobs);
    if (this.#isScheduled) return true;
    this.#isScheduled = true;
    setTimeout(() => this.flush(), LOCKED_PAUSE_MS);
    return true;
  }

  #transact(jobs: readonly Job[]): Transacted {
    try {
      this.#health.check();
      // One that could not be rolled back before.
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      this.#db.exec("BEGIN IMMEDIATE");
      const settlers = jobs.map((job) => this.#attempt(job));
      this.#hooks.beforeCommit?.();
      this.#db.exec("COMMIT");
      return { isOk: true, settlers };
    } catch (error) {
      this.#hooks.onRollback?.();
      this.#rollBack();
      return { isOk: false, error };
    }
  }

  #rollBack(): void {
    try {
      if (this.#db.isOpen && this.#db.isTransaction) this.#db.exec("ROLLBACK");
    } catch {
      // Why it was broken off matters more.
    }
  }

  #attempt(job: Job): () => void {
    const before = this.#changes.get()?.n;
    try {
      const result = job.work();
      return () => job.resolve(result as never);
    } catch (error) {
      // A fault of the store itself (disk full) concerns the whole commit; an answer to one job does not.
      const isRefusal = error instanceof BelfryError && this.#changes.get()?.n === before;
      if (!isRefusal) throw error;
      return () => job.reject(error);
    }
  }
}
