import type { Ring } from "./advance.ts";
import type { Delivery, Onward } from "./delivery.ts";
import { deliveryId, type OccurrenceKind, occurrenceId } from "./ids.ts";
import type { Reminder } from "./reminder.ts";
import type { Way } from "./target.ts";

/** What a delivery is made of. */
export interface DeliveryOrigin {
  reminder: Reminder;
  ring: Ring;
  way: Way;
  nowMs: number;
  /** Why the occurrence exists; default: the rule. */
  kind?: OccurrenceKind;
  /** The recipient's, when it was planned; default 0. */
  recipientEpoch?: number;
  /** The how-manieth ring of its reminder it is; default 0: not counted. */
  number?: number;
  /** What follows it; default: nothing. */
  onward?: Onward | null;
}

/** The delivery that an occurrence of a reminder becomes on one way; the same occurrence gives the same id. */
export function deliveryOf(origin: DeliveryOrigin): Delivery {
  const { reminder, ring, way, nowMs, kind = "rule" } = origin;
  const { recipientEpoch = 0, number = 0, onward = null } = origin;
  const { tenantId, series, spec } = reminder;
  const { occurrence, note } = ring;
  const { channel, target } = way;
  const rung = occurrenceId({ tenantId, series, kind, key: occurrence.key });
  const dueMs = occurrence.dueMs;
  return {
    tenantId,
    id: deliveryId(rung, target, channel),
    reminderId: reminder.id,
    recipientId: way.recipientId,
    recipientEpoch,
    occurrenceId: rung,
    series,
    kind,
    epoch: reminder.epoch,
    state: "scheduled",
    lane: laneOf(tenantId, channel, way.destination),
    channel,
    target,
    occurrence,
    number,
    onward,
    sendAtMs: dueMs + spreadOf(rung, spec.policy.spreadMs ?? 0),
    expiresAtMs: dueMs + spec.policy.usefulForMs,
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

/** Characters of an occurrence's hash that its place in the spread is taken from: 2^30 places. */
const SPREAD_DIGITS = 6;
const BASE = 32;
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/**
 * How long after its due instant an occurrence goes out, so that a herd is spread: evenly, and for the same
 * occurrence always the same, whoever plans it.
 */
export function spreadOf(occurrence: string, spreadMs: number): number {
  if (spreadMs <= 0) return 0;
  let place = 0;
  for (const digit of occurrence.slice(-SPREAD_DIGITS)) place = place * BASE + ALPHABET.indexOf(digit);
  return Math.floor((place / BASE ** SPREAD_DIGITS) * spreadMs);
}
