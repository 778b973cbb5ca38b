import { rootOccurrence } from "../../domain/delivery.ts";
import type { Acknowledged, Acknowledgement } from "../../store/store.ts";
import { formatInstant } from "../../time/instant.ts";
import type { AcknowledgedResource } from "../schemas/acknowledgement.ts";
import type { DeliveryRecordResource } from "../schemas/delivery.ts";

/** What came of acknowledging, as the API shows it. */
export function acknowledgedResource(acknowledged: Acknowledged): AcknowledgedResource {
  const { delivery, acknowledgedAtMs, isRepeat, cancelled, inFlight } = acknowledged;
  return {
    deliveryId: delivery.id,
    reminderId: delivery.reminderId,
    occurrenceId: rootOccurrence(delivery),
    acknowledgedAt: formatInstant(acknowledgedAtMs),
    isRepeat,
    cancelled,
    inFlight: inFlight.length,
  };
}

/** Null: nobody has acknowledged it. */
export function acknowledgementResource(
  acknowledgement: Acknowledgement | undefined,
): DeliveryRecordResource["acknowledgement"] {
  if (!acknowledgement) return null;
  const { deliveryId, acknowledgedAtMs, snoozeId } = acknowledgement;
  return { at: formatInstant(acknowledgedAtMs), deliveryId, snoozedTo: snoozeId };
}
