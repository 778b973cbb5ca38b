import { Gauge, type Registry } from "@prometheus-io/client";
import type { StatsStore } from "../../store/store.ts";
import { inSeconds } from "./durations.ts";
import type { Reading } from "./reading.ts";

const OPEN_STATES = ["scheduled", "leased", "retrying"] as const;

/** How many reminders and deliveries there are. */
export function createCountReading(registry: Registry, store: Pick<StatsStore, "counts">): Reading {
  const labelNames = ["state"] as const;
  const reminders = new Gauge({
    name: "belfry_reminders",
    help: "Reminders by state: active, paused, finished, cancelled; those that the history still keeps among them.",
    labelNames,
    registers: [registry],
  });
  const deliveries = new Gauge({
    name: "belfry_deliveries",
    help:
      "Deliveries by state: scheduled, leased, retrying, delivered, dead, expired, cancelled; those that the " +
      "history still keeps among them.",
    labelNames,
    registers: [registry],
  });
  return {
    what: "the counts of the store",
    read: async () => {
      const counts = await store.counts();
      for (const [state, n] of Object.entries(counts.reminders)) reminders.set({ state }, n);
      for (const [state, n] of Object.entries(counts.deliveries)) deliveries.set({ state }, n);
    },
    forget: () => {
      reminders.reset();
      deliveries.reset();
    },
  };
}

/**
 * How long the oldest of each state has been due.
 *
 * @param now the injected clock, in ms since the epoch
 */
export function createAgeReading(
  registry: Registry,
  store: Pick<StatsStore, "oldestDue">,
  now: () => number,
): Reading {
  const ages = new Gauge({
    name: "belfry_deliveries_oldest_due_age_seconds",
    help: "How long the oldest delivery in an open state (scheduled, leased, retrying) has been due; 0 if none is.",
    labelNames: ["state"],
    registers: [registry],
  });
  return {
    what: "the age of what waits",
    read: async () => {
      for (const state of OPEN_STATES) {
        const dueMs = await store.oldestDue(state);
        ages.set({ state }, dueMs === null ? 0 : inSeconds(now() - dueMs));
      }
    },
    forget: () => ages.reset(),
  };
}
