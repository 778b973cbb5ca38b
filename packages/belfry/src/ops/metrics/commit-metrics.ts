import { Counter, Histogram, type Registry } from "@prometheus-io/client";
import type { OnCommit } from "../../store/commit.ts";
import { inSeconds } from "./durations.ts";

const COMMIT_BUCKETS = [
  0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
];
const JOB_BUCKETS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000];

/** How the store writes. */
export function createCommitMetrics(registry: Registry): OnCommit {
  const registers = [registry];
  const duration = new Histogram({
    name: "belfry_store_commit_duration_seconds",
    help: "How long transactions of the store took, until they were on disk.",
    buckets: COMMIT_BUCKETS,
    registers,
  });
  const jobs = new Histogram({
    name: "belfry_store_commit_jobs",
    help: "How many writes shared a transaction.",
    buckets: JOB_BUCKETS,
    registers,
  });
  const failures = new Counter({
    name: "belfry_store_commit_failures_total",
    help: "Transactions of the store that failed.",
    registers,
  });
  return (commit) => {
    duration.observe(inSeconds(commit.durationMs));
    jobs.observe(commit.jobs);
    if (!commit.isOk) failures.inc();
  };
}
