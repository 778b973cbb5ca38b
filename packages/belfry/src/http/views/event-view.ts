import type { BelfryEvent } from "../../domain/event.ts";
import { formatInstant } from "../../time/instant.ts";
import type { EventResource } from "../schemas/event.ts";

/** An event as the API tells it. */
export function eventResource(event: BelfryEvent): EventResource {
  const { id, type, atMs, reminderId, deliveryId, reason } = event;
  return { id, type, at: formatInstant(atMs), reminderId, deliveryId, reason };
}
