import type { Registry } from "@prometheus-io/client";
import type { Observe } from "../../engine/observer.ts";
import { createDeliveryMetrics, type DeliveryMetrics } from "./delivery-metrics.ts";
import { createReminderMetrics } from "./reminder-metrics.ts";
import { createSchedulerMetrics } from "./scheduler-metrics.ts";

/** What counts all that the engine does. */
export interface EngineMetrics extends Pick<DeliveryMetrics, "announce"> {
  observe: Observe;
}

export interface EngineMetricsOptions {
  /** The injected clock, in ms since the epoch. */
  now: () => number;
  /** Whether this process is a scheduler; one that is none makes a pass when it starts, and no more. */
  isScheduler: boolean;
}

export function createEngineMetrics(
  registry: Registry,
  { now, isScheduler }: EngineMetricsOptions,
): EngineMetrics {
  const reminders = createReminderMetrics(registry);
  const deliveries = createDeliveryMetrics(registry);
  const onPass = isScheduler ? createSchedulerMetrics(registry, now) : null;
  const observe: Observe = (event) => {
    switch (event.kind) {
      case "accepted":
        return reminders.accepted(event.deliveries);
      case "changed":
        reminders.changed(event.what);
        return deliveries.settledTogether("cancelled", event.withdrawn);
      case "promoted":
        return reminders.promoted(event.deliveries);
      case "claimed":
        return deliveries.claimed(event.isInDoubt);
      case "attempt":
        return deliveries.attempted(event.delivery, event.attempt, event.latenessMs);
      case "settled":
        return deliveries.settled(event.verdict);
      case "missed":
        return deliveries.settledTogether("expired", event.deliveries);
      case "leases-lost":
        return deliveries.leasesLost(event.deliveries);
      case "redriven":
        return deliveries.redriven(event.deliveries);
      case "acknowledged":
        deliveries.acknowledged();
        return deliveries.settledTogether("cancelled", event.cancelled);
      case "endpoint-off":
        return reminders.endpointOff();
      case "zone-moved":
      case "zone-data":
        return;
      case "pass":
        return onPass?.(event);
    }
  };
  return { observe, announce: deliveries.announce };
}
