import type { Ring } from "./advance.ts";
import type { Delivery } from "./delivery.ts";
import { deliveryId, type OccurrenceKind, occurrenceId } from "./ids.ts";
import type { Reminder } from "./reminder.ts";
import { channelOf, isEndpointTarget, type Target, targetKey } from "./target.ts";

/** What a delivery is made of. */
export interface DeliveryOrigin {
  reminder: Reminder;
  ring: Ring;
  /** The destination that shares a lane: host, account, or the endpoint's name. */
  destination: string;
  nowMs: number;
  /** Why the occurrence exists; default: the rule. */
  kind?: OccurrenceKind;
}

/** The delivery that an occurrence of a reminder becomes; the same occurrence gives the same id. */
export function deliveryOf({ reminder, ring, destination, nowMs, kind = "rule" }: DeliveryOrigin): Delivery {
  const { tenantId, series, spec } = reminder;
  const { occurrence, note } = ring;
  const channel = channelOf(spec.target);
  const target = targetKey(spec.target);
  const rung = occurrenceId({ tenantId, series, kind, key: occurrence.key });
  return {
    tenantId,
    id: deliveryId(rung, target, channel),
    reminderId: reminder.id,
    occurrenceId: rung,
    series,
    kind,
    epoch: reminder.epoch,
    state: "scheduled",
    lane: laneOf(tenantId, channel, destination),
    channel,
    target,
    occurrence,
    sendAtMs: occurrence.dueMs,
    expiresAtMs: occurrence.dueMs + spec.policy.usefulForMs,
    attempts: 0,
    lostLeases: 0,
    story: [],
    note,
    reason: null,
    acceptedAtMs: reminder.createdAtMs,
    promotedAtMs: nowMs,
    redrivenAtMs: null,
    settledAtMs: null,
  };
}

/** Tenant x destination: the unit of fairness and limits. */
export function laneOf(tenantId: string, channel: string, destination: string): string {
  return `${tenantId} ${channel}:${destination}`;
}

/** The destination of a named endpoint: its name, since its URL may change while deliveries wait. */
export function endpointDestination(target: Target): string | null {
  return isEndpointTarget(target) ? `@${target.endpoint}` : null;
}
