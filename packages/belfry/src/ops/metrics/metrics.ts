import { openMetricsContentType, prometheusContentType, Registry } from "@prometheus-io/client";
import { ROLES, type Role } from "../../domain/worker.ts";
import type { Observe } from "../../engine/observer.ts";
import type { OnAnswered } from "../../http/answered.ts";
import type { OnCommit } from "../../store/commit.ts";
import type { StatsStore } from "../../store/store.ts";
import { createCommitMetrics } from "./commit-metrics.ts";
import { createAgeReading, createCountReading } from "./depth-metrics.ts";
import { createDiskReading } from "./disk-metrics.ts";
import { createEngineMetrics } from "./engine-metrics.ts";
import { createFaultMetrics } from "./fault-metrics.ts";
import { createHttpMetrics } from "./http-metrics.ts";
import { prefersOpenMetrics, toOpenMetrics } from "./open-metrics.ts";
import { addBuildInfo, addProcessMetrics } from "./process-metrics.ts";
import { type Reading, readAll } from "./reading.ts";
import { createWorkerReading, type WorkerSources } from "./worker-metrics.ts";

export interface MetricsOptions {
  /** Belfry's own version. */
  version: string;
  /** The injected clock, in ms since the epoch. */
  now: () => number;
  /** Told when something cannot be read for a scrape. */
  onFault: (what: string, error: unknown) => void;
  /** What this process does, and so has to tell of; default: all. */
  roles?: readonly Role[];
}

/** What is read at each scrape. */
export interface MetricsSources {
  store: Pick<StatsStore, "counts" | "oldestDue" | "countWaiting">;
  holding: NonNullable<WorkerSources["holding"]>;
  /** The names of the channels there are. */
  channels: readonly string[];
  /** The database file; null for a store in memory. */
  databasePath: string | null;
}

/** What a scrape is answered. */
export interface RenderedMetrics {
  body: string;
  contentType: string;
}

/** The metrics of one installation. Its registry is its own, so that two in one process do not mix. */
export interface Metrics {
  readonly registry: Registry;
  observe: Observe;
  onCommit: OnCommit;
  onAnswered: OnAnswered;
  countFault: () => void;
  /** Adds what can be read only once all parts are there. */
  watch(sources: MetricsSources): void;
  /** Adds those of the whole process; for one that Belfry has to itself. */
  watchProcess(): void;
  /** @param accept the scraper's `Accept` header */
  render(accept: string | undefined): Promise<RenderedMetrics>;
}

export function createMetrics({ version, now, onFault, roles = ROLES }: MetricsOptions): Metrics {
  const registry = new Registry();
  const engine = createEngineMetrics(registry, { now, isScheduler: roles.includes("scheduler") });
  const readings: Reading[] = [];
  addBuildInfo(registry, version);
  return {
    registry,
    observe: engine.observe,
    onCommit: createCommitMetrics(registry),
    onAnswered: createHttpMetrics(registry),
    countFault: createFaultMetrics(registry),
    watch: ({ store, holding, channels, databasePath }) => {
      engine.announce(channels);
      readings.push(
        createCountReading(registry, store),
        createAgeReading(registry, store, now),
        createWorkerReading(registry, { store, holding: roles.includes("worker") ? holding : null, now }),
      );
      if (databasePath !== null) readings.push(createDiskReading(registry, databasePath));
    },
    watchProcess: () => addProcessMetrics(registry),
    render: async (accept) => {
      await readAll(readings, onFault);
      const text = await registry.metrics();
      if (!prefersOpenMetrics(accept)) return { body: text, contentType: prometheusContentType };
      return { body: toOpenMetrics(text), contentType: openMetricsContentType };
    },
  };
}
