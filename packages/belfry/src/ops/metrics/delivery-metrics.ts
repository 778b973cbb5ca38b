import { Counter, Histogram, type Registry } from "@prometheus-io/client";
import type { Attempt, Delivery, SettledState } from "../../domain/delivery.ts";
import type { Verdict } from "../../domain/settlement.ts";
import { inSeconds, LATENESS_BUCKETS, SHORT_BUCKETS } from "./durations.ts";
import { TalliedCounter, type Tally } from "./tallied-counter.ts";

/** Of an attempt that this process made; what is in doubt was made by another. */
type OutcomeMade = Exclude<Attempt["outcome"], "in-doubt">;
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

/** What every attempt of a channel counts. */
interface ChannelMetrics {
  attempts: Record<OutcomeMade, Tally>;
  duration: Histogram.Internal<"channel">;
  lateness: Histogram.Internal<"channel">;
}

export function createDeliveryMetrics(registry: Registry): DeliveryMetrics {
  const counters = createCounters(registry);
  const attempts = createAttemptMetrics(registry);
  const { claimed, retried, settled } = createTallies(registry);
  return {
    ...attempts,
    claimed: (isInDoubt) => {
      claimed.n += 1;
      if (isInDoubt) counters.inDoubt.inc();
    },
    settled: ({ state }) => {
      if (state === "retrying") retried.n += 1;
      else if (state === "scheduled") counters.deferred.inc();
      else settled[state].n += 1;
    },
    settledTogether: (state, deliveries) => {
      settled[state].n += deliveries;
    },
    leasesLost: (deliveries) => counters.leasesLost.inc(deliveries),
    redriven: (deliveries) => counters.redriven.inc(deliveries),
    acknowledged: () => counters.acknowledged.inc(),
  };
}

/** Of what every delivery counts. */
function createTallies(registry: Registry) {
  const registers = [registry];
  const claimed = new TalliedCounter({
    name: "belfry_deliveries_claimed_total",
    help: "Deliveries that the worker took to send them, each time it did.",
    registers,
  });
  const settled = new TalliedCounter({
    name: "belfry_deliveries_settled_total",
    help: "Deliveries that ended, by state: delivered, dead, expired, cancelled.",
    labelNames: ["state"],
    registers,
  });
  const retried = new TalliedCounter({
    name: "belfry_deliveries_retried_total",
    help: "Attempts that failed and that another one will follow.",
    registers,
  });
  return {
    claimed: claimed.series({}),
    settled: {
      delivered: settled.series({ state: "delivered" }),
      dead: settled.series({ state: "dead" }),
      expired: settled.series({ state: "expired" }),
      cancelled: settled.series({ state: "cancelled" }),
    } satisfies Record<SettledState, Tally>,
    retried: retried.series({}),
  };
}

function createCounters(registry: Registry) {
  const registers = [registry];
  return {
    inDoubt: new Counter({
      name: "belfry_deliveries_in_doubt_total",
      help: "Deliveries that were claimed after a lease that had ended without a word.",
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
  const ofChannel = createOfChannel(registry);
  const known = new Map<string, ChannelMetrics>();
  let other: ChannelMetrics | undefined;
  const ofOther = (): ChannelMetrics => {
    other ??= ofChannel(OTHER_CHANNEL);
    return other;
  };
  return {
    announce: (channels) => {
      for (const channel of channels) if (!known.has(channel)) known.set(channel, ofChannel(channel));
    },
    attempted: ({ channel }, { outcome, durationMs }, latenessMs) => {
      const metrics = known.get(channel) ?? ofOther();
      if (outcome !== "in-doubt") metrics.attempts[outcome].n += 1;
      metrics.duration.observe(inSeconds(durationMs));
      if (latenessMs !== null) metrics.lateness.observe(inSeconds(latenessMs));
    },
  };
}

/** Begins the series of a channel, which are shown from then on. */
function createOfChannel(registry: Registry): (channel: string) => ChannelMetrics {
  const registers = [registry];
  const attempts = new TalliedCounter({
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
  return (channel) => {
    for (const histogram of [duration, lateness]) histogram.zero({ channel });
    return {
      attempts: {
        delivered: attempts.series({ channel, outcome: "delivered" }),
        retryable: attempts.series({ channel, outcome: "retryable" }),
        permanent: attempts.series({ channel, outcome: "permanent" }),
      },
      duration: duration.labels({ channel }),
      lateness: lateness.labels({ channel }),
    };
  };
}
