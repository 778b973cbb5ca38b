import { VERSION } from "../../packages/belfry/src/config/version.ts";
import { createMetrics } from "../../packages/belfry/src/ops/metrics/metrics.ts";
import { table } from "./markdown.ts";

const INTRODUCTION = `# Metrics

<!-- Made by \`npm run reference\` from packages/belfry/src/ops/metrics; a test holds the two together. -->

A running server gives them at \`/metrics\`, as Prometheus' text or as OpenMetrics, whichever \`Accept\` prefers. No key is
asked for, and no label holds an id, a tenant or an address. \`BELFRY_METRICS=off\` takes them away.

A histogram has the series \`_bucket\`, \`_sum\` and \`_count\`. Counters begin at 0 with the process. What a scrape reads from
the store is left out of it while the store cannot be read.

Processes that share a PostgreSQL database each count what they have done themselves, so sum those. What is read from
the store (\`belfry_reminders\`, \`belfry_deliveries\`, their ages, \`belfry_deliveries_waiting{place="store"}\`) is the same in
all of them, so take the largest. \`belfry_scheduler_…\` is there in schedulers alone, \`belfry_worker_…\` and
\`belfry_deliveries_waiting{place="worker"}\` in workers. The disk is the database server's to watch: \`belfry_store_size_bytes\`
and \`belfry_store_disk_…\` are there on SQLite alone.
`;

const PROCESS = `## Of the process

\`process_…\` and \`nodejs_…\` are those of [@prometheus-io/client](https://github.com/prometheus/client_js): CPU, memory,
open files, garbage collection, the lag of the event loop. The lag's readings hold the 10 ms between two looks.
`;

/** \`docs/reference/metrics.md\`, made from the registry that a server fills. */
export function renderMetricsPage(): string {
  const rows = describeMetrics().map(({ name, type, labels, help }) => [
    `\`${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(", "),
    help,
  ]);
  return [INTRODUCTION, ...table(["metric", "type", "labels", "tells"], rows), PROCESS].join("\n");
}

interface Description {
  name: string;
  type: string;
  labels: readonly string[];
  help: string;
}

/** Every metric of Belfry's own, by name. */
function describeMetrics(): Description[] {
  const metrics = createMetrics({ version: VERSION, now: absent, onFault: absent });
  const store = { counts: absent, oldestDue: absent, countWaiting: absent };
  metrics.watch({ store, holding: absent, channels: [], databasePath: "belfry.db" });
  return metrics.registry
    .getMetricsAsArray()
    .map((metric) => ({ ...metric, type: String(metric.type), labels: labelsOf(metric) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The library keeps the names of labels with a metric, though its types do not say so. */
function labelsOf(metric: object): string[] {
  return "labelNames" in metric && Array.isArray(metric.labelNames) ? metric.labelNames.map(String) : [];
}

/** Nothing is read for a description. */
function absent(): never {
  throw new Error("Cannot describe the metrics: one of them was read");
}
