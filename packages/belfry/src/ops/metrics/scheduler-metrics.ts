import { Counter, Gauge, Histogram, type Registry } from "@prometheus-io/client";
import { inSeconds, SHORT_BUCKETS } from "./durations.ts";

/** Tells of a pass of the scheduler. */
export type OnPass = (pass: { durationMs: number; isOk: boolean }) => void;

/** @param now the injected clock, in ms since the epoch */
export function createSchedulerMetrics(registry: Registry, now: () => number): OnPass {
  const registers = [registry];
  const duration = new Histogram({
    name: "belfry_scheduler_pass_duration_seconds",
    help: "How long passes of the scheduler took.",
    buckets: SHORT_BUCKETS,
    registers,
  });
  const errors = new Counter({
    name: "belfry_scheduler_errors_total",
    help: "Passes of the scheduler that a fault broke off.",
    registers,
  });
  const lastSuccess = new Gauge({
    name: "belfry_scheduler_last_success_timestamp_seconds",
    help: "When the last pass without a fault ended, in seconds since 1970; 0 before the first.",
    registers,
  });
  return ({ durationMs, isOk }) => {
    duration.observe(inSeconds(durationMs));
    if (isOk) lastSuccess.set(now() / 1_000);
    else errors.inc();
  };
}
