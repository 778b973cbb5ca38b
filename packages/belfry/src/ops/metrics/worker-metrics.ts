import { Gauge, type Registry } from "@prometheus-io/client";
import type { Holding } from "../../domain/holding.ts";
import type { StatsStore } from "../../store/store.ts";
import type { Reading } from "./reading.ts";

const PHASES = ["waiting", "queued", "running", "sent"] as const;

export interface WorkerSources {
  store: Pick<StatsStore, "countWaiting">;
  /** Null in a process that sends nothing. */
  holding: (() => Holding) | null;
  /** The injected clock, in ms since the epoch. */
  now: () => number;
}

/** What the worker has in its hands, if this process is one, and what waits for workers. */
export function createWorkerReading(registry: Registry, { store, holding, now }: WorkerSources): Reading {
  const hands = holding && createHandGauges(registry);
  const waiting = new Gauge({
    name: "belfry_deliveries_waiting",
    help:
      "Deliveries whose instant has come and that are not yet being sent: in the store, counted up to 10000 there, " +
      "or queued in the worker's hands.",
    labelNames: ["place"],
    registers: [registry],
  });
  return {
    what: "what the worker holds",
    read: async () => {
      waiting.set({ place: "store" }, await store.countWaiting(now()));
      if (!holding) return;
      const inHand = holding();
      hands?.set(inHand);
      waiting.set({ place: "worker" }, inHand.queued);
    },
    forget: () => {
      hands?.forget();
      waiting.reset();
    },
  };
}

function createHandGauges(registry: Registry): { set(holding: Holding): void; forget(): void } {
  const registers = [registry];
  const held = new Gauge({
    name: "belfry_worker_deliveries",
    help:
      "Deliveries in the worker's hands, each with a lease: waiting for their instant, queued for a place in their " +
      "lane, running, sent and not yet settled.",
    labelNames: ["phase"],
    registers,
  });
  const limit = new Gauge({
    name: "belfry_worker_deliveries_limit",
    help: "How many deliveries the worker's hands may hold.",
    registers,
  });
  return {
    set: (holding) => {
      for (const phase of PHASES) held.set({ phase }, holding[phase]);
      limit.set(holding.limit);
    },
    forget: () => held.reset(),
  };
}
