import type { DatabaseSync, StatementSync } from "node:sqlite";
import { BelfryError, StoreError } from "../../domain/errors.ts";
import type { OnCommit } from "../commit.ts";

interface Job {
  work: () => unknown;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
}

/** What happens around each transaction. */
export interface WriterHooks {
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
  #jobs: Job[] = [];
  #isScheduled = false;

  constructor(db: DatabaseSync, hooks: WriterHooks = {}) {
    this.#db = db;
    this.#hooks = hooks;
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

  /** If the commit of several fails, each has one of its own, so that one that breaks takes no other along. */
  #commitAll(jobs: readonly Job[]): void {
    try {
      for (const settle of this.#commit(jobs)) settle();
      this.#hooks.afterCommit?.();
    } catch (error) {
      if (jobs.length > 1) {
        for (const job of jobs) this.#commitAll([job]);
        return;
      }
      const cause = error instanceof Error ? error.message : String(error);
      const failure = new StoreError("store_failed", `Cannot write to the store: ${cause}`, { cause: error });
      for (const job of jobs) job.reject(failure);
    }
  }

  #commit(jobs: readonly Job[]): (() => void)[] {
    const beganAtMs = performance.now();
    let isOk = false;
    try {
      const settlers = this.#transact(jobs);
      isOk = true;
      return settlers;
    } finally {
      this.#hooks.onCommit?.({ jobs: jobs.length, durationMs: performance.now() - beganAtMs, isOk });
    }
  }

  #transact(jobs: readonly Job[]): (() => void)[] {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      const settlers = jobs.map((job) => this.#attempt(job));
      this.#hooks.beforeCommit?.();
      this.#db.exec("COMMIT");
      return settlers;
    } catch (error) {
      this.#hooks.onRollback?.();
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
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
