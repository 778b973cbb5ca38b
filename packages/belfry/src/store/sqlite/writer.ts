import type { DatabaseSync, StatementSync } from "node:sqlite";
import { BelfryError, StoreError } from "../../domain/errors.ts";

interface Job {
  work: () => unknown;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
}

/**
 * The one writer. Whatever is asked for during one turn of the event loop commits together: a hundred
 * concurrent requests share one fsync. Each job has a savepoint of its own, so that one that fails
 * takes nothing with it. A promise resolves only after its commit is on disk.
 */
export class Writer {
  readonly #db: DatabaseSync;
  readonly #savepoint: StatementSync;
  readonly #release: StatementSync;
  readonly #rollback: StatementSync;
  #jobs: Job[] = [];
  #isScheduled = false;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#savepoint = db.prepare("SAVEPOINT job");
    this.#release = db.prepare("RELEASE job");
    this.#rollback = db.prepare("ROLLBACK TO job");
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
    try {
      for (const settle of this.#commit(jobs)) settle();
    } catch (error) {
      const failure = new StoreError("store_failed", `Cannot write to the store: ${messageOf(error)}`, {
        cause: error,
      });
      for (const job of jobs) job.reject(failure);
    }
  }

  #commit(jobs: readonly Job[]): (() => void)[] {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      const settlers = jobs.map((job) => this.#attempt(job));
      this.#db.exec("COMMIT");
      return settlers;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  #attempt(job: Job): () => void {
    this.#savepoint.run();
    try {
      const result = job.work();
      this.#release.run();
      return () => job.resolve(result as never);
    } catch (error) {
      // A fault of the store itself (disk full) concerns the whole commit; an answer to one job does not.
      if (!(error instanceof BelfryError)) throw error;
      this.#rollback.run();
      this.#release.run();
      return () => job.reject(error);
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
