import { readdirSync } from "node:fs";
import { Agent } from "undici";
import { call } from "../calls.ts";
import type { Server } from "../processes.ts";
import { quantiles } from "../workloads.ts";
import type { Footing } from "./footing.ts";
import type { Load } from "./load.ts";
import type { Receiving } from "./receiving.ts";
import type { Series } from "./trend.ts";

const MEBIBYTE = 1_048_576;
/** What every page of a list and the numbers are asked for meanwhile, as a console would. */
const LOOKS = ["/v1/stats", "/v1/reminders?limit=50", "/v1/deliveries?limit=50", "/v1/events?limit=50"];

/** What must not grow is allowed a little more than the difference of two medians of it at rest. */
const STEADY = { factor: 1.15, slack: 0 };
/**
 * Latencies are of a disk and of CPUs that are shared: between two quarters of one run they differ far more
 * than memory does. What grows with what was done doubles several times in a day, and is seen all the same.
 */
const TYPICAL = { factor: 1.5, slack: 2 };
const EXTREME = { factor: 2, slack: 50 };

/** What is looked at, in the order in which `sample` tells it. */
export const seriesOf = ({ sizeNames: [first, second] }: Footing): readonly Series[] => [
  { name: "resident memory", unit: "MiB", allowed: { ...STEADY, slack: 8 } },
  { name: "heap in use", unit: "MiB", allowed: { ...STEADY, slack: 8 } },
  { name: first, unit: "MiB", allowed: { ...STEADY, slack: 1 } },
  { name: second, unit: "MiB", allowed: { ...STEADY, slack: 1 } },
  { name: "open files and sockets", unit: "", allowed: { ...STEADY, slack: 10 } },
  { name: "CPU", unit: "% of one", allowed: { factor: 1.3, slack: 5 } },
  { name: "lag of the event loop, p99", unit: "ms", allowed: EXTREME },
  { name: "lateness, p50", unit: "ms", allowed: TYPICAL },
  { name: "lateness, p99", unit: "ms", allowed: EXTREME },
  { name: "accepting one, p50", unit: "ms", allowed: TYPICAL },
  { name: "accepting one, p99", unit: "ms", allowed: EXTREME },
];

export interface Sampled {
  server: Server;
  footing: Footing;
  receiving: Receiving;
  load: Load;
}

/** Looks at everything, a number for each series; what is counted is counted since the last look. */
export function createSampling({ server, footing, receiving, load }: Sampled): () => Promise<number[]> {
  const dispatcher = new Agent({ connections: LOOKS.length });
  const get = (path: string): Promise<string> => call(server, dispatcher, { method: "GET", path });
  let cpu = { usedMs: server.cpuMs(), atMs: performance.now() };
  return async () => {
    const [metrics = ""] = await Promise.all([get("/metrics"), ...LOOKS.map(get)]);
    const before = cpu;
    cpu = { usedMs: server.cpuMs(), atMs: performance.now() };
    const lateness = quantiles(await receiving.lateness());
    const accepting = quantiles(load.takeAcceptMs());
    return [
      server.residentBytes() / MEBIBYTE,
      metricOf(metrics, "nodejs_heap_size_used_bytes") / MEBIBYTE,
      ...(await footing.sizes()),
      readdirSync(`/proc/${server.pid}/fd`).length,
      (100 * (cpu.usedMs - before.usedMs)) / (cpu.atMs - before.atMs),
      metricOf(metrics, "nodejs_eventloop_lag_p99_seconds") * 1_000,
      lateness.p50,
      lateness.p99,
      accepting.p50,
      accepting.p99,
    ];
  };
}

function metricOf(metrics: string, name: string): number {
  return Number(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, "m").exec(metrics)?.[1]);
}
