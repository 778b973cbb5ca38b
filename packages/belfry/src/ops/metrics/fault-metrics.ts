import { Counter, type Registry } from "@prometheus-io/client";

/** Counts faults of Belfry itself. */
export function createFaultMetrics(registry: Registry): () => void {
  const faults = new Counter({
    name: "belfry_faults_total",
    help: "Faults of Belfry itself, such as a store that fails; the log tells of them.",
    registers: [registry],
  });
  return () => faults.inc();
}
