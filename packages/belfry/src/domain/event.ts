/** What may be told of a reminder, a delivery or an endpoint; the name says what it became. */
export const EVENT_TYPES = [
  "reminder.accepted",
  "reminder.changed",
  "reminder.paused",
  "reminder.resumed",
  "reminder.skipped",
  "reminder.cancelled",
  "reminder.finished",
  "delivery.scheduled",
  "delivery.deferred",
  "delivery.retrying",
  "delivery.delivered",
  "delivery.dead",
  "delivery.expired",
  "delivery.cancelled",
  "delivery.redriven",
  "delivery.acknowledged",
  "endpoint.off",
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** One change that has been committed. */
export interface BelfryEvent {
  /** Its place in the tenant's log, opaque: what follows it can be asked for. */
  id: string;
  tenantId: string;
  type: EventType;
  /** When it happened, in ms since the epoch. */
  atMs: number;
  /** Null for an endpoint. */
  reminderId: string | null;
  /** Null where the event is about the reminder itself. */
  deliveryId: string | null;
  /** Why, in words; of an endpoint, its name and why. Null where the type says all. */
  reason: string | null;
}
