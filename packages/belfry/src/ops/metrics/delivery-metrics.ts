import { Counter, Histogram, type Registry } from "@prometheus-io/client";
import type { Attempt, Delivery, SettledState } from "../../domain/delivery.ts";
import type { Verdict } from "../../domain/settlement.ts";
import { inSeconds, LATENESS_BUCKETS, SHORT_BUCKETS } from "./durations.ts";

const SETTLED: readonly SettledState[] = ["delivered", "dead", "expired", "cancelled"];
/** Of an attempt that this process made; what is in doubt was made by another. */
const OUTCOMES: readonly Attempt["outcome"][] = ["delivered", "retryable", "permanent"];
/** Stands for every channel that was not announced, so that the series are bounded. */
const OTHER_CHANNEL = "other";

/** What becomes of deliveries, from claim to settlement. */
export interface DeliveryMetrics {
  claimed(isInDoubt: boolean): void;
  attempted(delivery: Delivery, attempt: Attempt, latenessMs: number | null): void;
  settled(verdict: Verdict): void;
  settledTogether(state: SettledState, deliveries: number): void;
  leasesLost(deliveries: number): void;
  redriven(deliveries: number): void;
  /** Somebody has acknowledged an occurrence. */
  acknowledged(): void;
  /** Shows the series of these channels from the start; those of others have the label `other`. */
  announce(channels: readonly string[]): void;
}

export function createDeliveryMetrics(registry: Registry): DeliveryMetrics {
  const counters = createCounters(registry);
  const attempts = createAttemptMetrics(registry);
  for (const state of SETTLED) counters.settled.inc({ state }, 0);
  return {
    ...attempts,
    claimed: (isInDoubt) => {
      counters.claimed.inc();
      if (isInDoubt) counters.inDoubt.inc();
    },
    settled: ({ state }) => {
      if (state === "retrying") counters.retried.inc();
      else if (state === "scheduled") counters.deferred.inc();
      else counters.settled.inc({ state });
    },
    settledTogether: (state, deliveries) => counters.settled.inc({ state }, deliveries),
    leasesLost: (deliveries) => counters.leasesLost.inc(deliveries),
    redriven: (deliveries) => counters.redriven.inc(deliveries),
    acknowledged: () => counters.acknowledged.inc(),
  };
}

function createCounters(registry: Registry) {
  const registers = [registry];
  return {
    claimed: new Counter({
      name: "belfry_deliveries_claimed_total",
      help: "Deliveries that the worker took to send them, each time it did.",
      registers,
    }),
    inDoubt: new Counter({
      name: "belfry_deliveries_in_doubt_total",
      help: "Deliveries that were claimed after a lease that had ended without a word.",
      registers,
    }),
    settled: new Counter({
      name: "belfry_deliveries_settled_total",
      help: "Deliveries that ended, by state: delivered, dead, expired, cancelled.",
      labelNames: ["state"],
      registers,
    }),
    retried: new Counter({
      name: "belfry_deliveries_retried_total",
      help: "Attempts that failed and that another one will follow.",
      registers,
    }),
    deferred: new Counter({
      name: "belfry_deliveries_deferred_total",
      help: "Deliveries that were held back untried: by quiet hours, or with a paused campaign.",
      registers,
    }),
    acknowledged: new Counter({
      name: "belfry_acknowledgements_total",
      help: "Occurrences that somebody has acknowledged.",
      registers,
    }),
    redriven: new Counter({
      name: "belfry_deliveries_redriven_total",
      help: "Settled deliveries that were brought back.",
      registers,
    }),
    leasesLost: new Counter({
      name: "belfry_leases_lost_total",
      help: "Leases that the worker held and found to be another's; each may mean a repeat.",
      registers,
    }),
  };
}

function createAttemptMetrics(registry: Registry): Pick<DeliveryMetrics, "attempted" | "announce"> {
  const registers = [registry];
  const attempts = new Counter({
    name: "belfry_attempts_total",
    help: "Attempts, by channel and outcome: delivered, retryable, permanent.",
    labelNames: ["channel", "outcome"],
    registers,
  });
  const duration = new Histogram({
    name: "belfry_attempt_duration_seconds",
    help: "How long attempts took, by channel.",
    labelNames: ["channel"],
    buckets: SHORT_BUCKETS,
    registers,
  });
  const lateness = new Histogram({
    name: "belfry_delivery_lateness_seconds",
    help: "From the due instant to the start of the first attempt, by channel.",
    labelNames: ["channel"],
    buckets: LATENESS_BUCKETS,
    registers,
  });
  const known = new Set<string>();
  return {
    announce: (channels) => {
      for (const channel of channels) {
        known.add(channel);
        for (const outcome of OUTCOMES) attempts.inc({ channel, outcome }, 0);
        duration.zero({ channel });
        lateness.zero({ channel });
      }
    },
    attempted: (delivery, { outcome, durationMs }, latenessMs) => {
      const channel = known.has(delivery.channel) ? delivery.channel : OTHER_CHANNEL;
      attempts.inc({ channel, outcome });
      duration.observe({ channel }, inSeconds(durationMs));
      if (latenessMs !== null) lateness.observe({ channel }, inSeconds(latenessMs));
    },
  };
}
