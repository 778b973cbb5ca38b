import type { Attempt, Delivery } from "../../domain/delivery.ts";
import type { Target } from "../../domain/target.ts";
import { formatInstant } from "../../time/instant.ts";
import type { DeliveryResource, DeliveryStoryResource } from "../schemas/delivery.ts";
import { storyOf } from "./story.ts";

const ENDPOINT_PREFIX = "endpoint:";

/** A delivery as the API shows it. */
export function deliveryResource(delivery: Delivery): DeliveryResource {
  const { occurrence } = delivery;
  return {
    id: delivery.id,
    reminderId: delivery.reminderId,
    occurrenceId: delivery.occurrenceId,
    state: delivery.state,
    kind: delivery.kind,
    channel: delivery.channel,
    to: targetOf(delivery),
    nominal: occurrence.nominal,
    due: formatInstant(occurrence.dueMs),
    resolution: occurrence.resolution,
    sendAt: formatInstant(delivery.sendAtMs),
    attempts: delivery.story.map(attemptResource),
    reason: delivery.reason,
    acceptedAt: formatInstant(delivery.acceptedAtMs),
    promotedAt: formatInstant(delivery.promotedAtMs),
    settledAt: delivery.settledAtMs === null ? null : formatInstant(delivery.settledAtMs),
    latenessMs: latenessMs(delivery),
  };
}

/** A delivery with its story in words. */
export function deliveryStoryResource(delivery: Delivery): DeliveryStoryResource {
  return { ...deliveryResource(delivery), story: storyOf(delivery) };
}

function targetOf({ channel, target }: Delivery): Target {
  if (channel === "webhook" && target.startsWith(ENDPOINT_PREFIX)) {
    return { endpoint: target.slice(ENDPOINT_PREFIX.length) };
  }
  return target === "" ? { channel } : { channel, address: target };
}

function attemptResource(attempt: Attempt): DeliveryResource["attempts"][number] {
  return {
    number: attempt.number,
    worker: attempt.worker,
    startedAt: formatInstant(attempt.startedAtMs),
    durationMs: Math.round(attempt.durationMs),
    outcome: attempt.outcome,
    error: attempt.error ?? null,
    providerId: attempt.providerId ?? null,
    response: attempt.response ?? null,
  };
}

/** Start of the attempt that delivered, else of the last one, minus due; null before any. */
function latenessMs({ story, occurrence }: Delivery): number | null {
  const told = story.findLast((attempt) => attempt.outcome === "delivered") ?? story.at(-1);
  return told === undefined ? null : Math.round(told.startedAtMs - occurrence.dueMs);
}
