import { collectDefaultMetrics, Gauge, type Registry } from "@prometheus-io/client";

/**
 * CPU, memory, files, garbage collection and the lag of the event loop. They watch the whole process from
 * then on, so only one that Belfry has to itself should be given to them.
 */
export function addProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
}

/** What runs, as labels of a constant. */
export function addBuildInfo(registry: Registry, version: string): void {
  new Gauge({
    name: "belfry_build_info",
    help: "Always 1; the labels tell the versions of Belfry and of Node.",
    labelNames: ["version", "node"],
    registers: [registry],
  }).set({ version, node: process.versions.node }, 1);
}
