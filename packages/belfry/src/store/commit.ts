/** How one transaction went. */
export interface Commit {
  /** What was asked for together. */
  jobs: number;
  durationMs: number;
  isOk: boolean;
}

/** Told of every transaction, while the store waits: it must be quick, and must not throw. */
export type OnCommit = (commit: Commit) => void;
