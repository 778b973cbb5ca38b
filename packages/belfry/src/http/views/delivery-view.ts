import type { Attempt, Delivery } from "../../domain/delivery.ts";
import { recipientKey, type Target } from "../../domain/target.ts";
import type { Acknowledgement } from "../../store/store.ts";
import { formatInstant } from "../../time/instant.ts";
import type { DeliveryRecordResource, DeliveryResource, DeliveryStoryResource } from "../schemas/delivery.ts";
import { acknowledgementResource } from "./acknowledgement-view.ts";
import { storyOf } from "./story.ts";
import { targetResource } from "./target-view.ts";

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
    to: targetResource(targetOf(delivery)),
    recipientId: delivery.recipientId,
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

/** A delivery with what is known of its occurrence. */
export function deliveryRecordResource(
  delivery: Delivery,
  acknowledgement?: Acknowledgement,
): DeliveryRecordResource {
  return { ...deliveryResource(delivery), acknowledgement: acknowledgementResource(acknowledgement) };
}

/** A delivery with its story in words. */
export function deliveryStoryResource(
  delivery: Delivery,
  acknowledgement?: Acknowledgement,
): DeliveryStoryResource {
  const story = storyOf(delivery, acknowledgement);
  return { ...deliveryRecordResource(delivery, acknowledgement), story };
}

function targetOf({ channel, target, recipientId }: Delivery): Target {
  if (recipientId !== null && target === recipientKey(recipientId)) return { recipient: recipientId };
  if (channel === "webhook" && target.startsWith(ENDPOINT_PREFIX)) {
    return { endpoint: target.slice(ENDPOINT_PREFIX.length) };
  }
  return target === "" ? { channel } : { channel, address: target };
}

export function attemptResource(attempt: Attempt): DeliveryResource["attempts"][number] {
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
