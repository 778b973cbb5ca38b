import type { Delivery } from "../domain/delivery.ts";
import type { EngineEvent } from "../engine/observer.ts";

/** One line of the log. */
export interface LogLine {
  fields: Readonly<Record<string, unknown>>;
  message: string;
}

type EventOf<Kind extends EngineEvent["kind"]> = Extract<EngineEvent, { kind: Kind }>;

/**
 * An event in words, with the ids that it is about. Of a destination only its host or its endpoint's name
 * is told, since an address may hold secrets; of a message nothing.
 */
export function lineOf(event: EngineEvent): LogLine {
  switch (event.kind) {
    case "accepted": {
      const { tenantId, id: reminderId } = event.reminder;
      return { fields: { tenantId, reminderId, deliveries: event.deliveries }, message: "reminder accepted" };
    }
    case "claimed": {
      const fields = { ...namesOf(event.delivery), sendAt: instant(event.delivery.sendAtMs) };
      return { fields, message: event.isInDoubt ? "delivery claimed, in doubt" : "delivery claimed" };
    }
    case "attempt":
      return attemptLine(event);
    case "settled":
      return settledLine(event);
    case "acknowledged": {
      const { delivery, cancelled } = event;
      return { fields: { ...namesOf(delivery), cancelled }, message: "delivery acknowledged" };
    }
    case "pass":
      return passLine(event);
    case "changed": {
      const { what, tenantId, reminderId, withdrawn } = event;
      return { fields: { tenantId, reminderId, withdrawn }, message: `reminder ${what}` };
    }
    case "zone-moved":
      return zoneMovedLine(event);
    default: {
      const { kind, ...fields } = event;
      return { fields: withoutNulls(fields), message: WORDS[kind] };
    }
  }
}

const WORDS = {
  promoted: "reminder promoted",
  missed: "missed occurrences expired",
  "leases-lost": "leases lost to another worker",
  redriven: "deliveries redriven",
  "endpoint-off": "endpoint switched off",
  "zone-data": "plans are of this zone data",
} as const;

function attemptLine({ delivery, attempt, latenessMs }: EventOf<"attempt">): LogLine {
  const { number, outcome, durationMs, response, error } = attempt;
  const status = response?.status ?? null;
  const fields = {
    ...namesOf(delivery),
    attempt: number,
    durationMs,
    latenessMs,
    status,
    error: error ?? null,
  };
  return { fields: withoutNulls(fields), message: `attempt ${outcome}` };
}

function settledLine({ delivery, verdict }: EventOf<"settled">): LogLine {
  const sendAt = "sendAtMs" in verdict ? instant(verdict.sendAtMs) : null;
  const fields = withoutNulls({ ...namesOf(delivery), sendAt, reason: verdict.reason });
  return { fields, message: `delivery ${verdict.state === "scheduled" ? "deferred" : verdict.state}` };
}

function passLine({ deliveries, durationMs, isOk }: EventOf<"pass">): LogLine {
  const message = isOk ? "scheduler passed" : "scheduler's pass was broken off";
  return { fields: { deliveries, durationMs }, message };
}

function zoneMovedLine({ fromMs, toMs, kind: _kind, ...names }: EventOf<"zone-moved">): LogLine {
  const fields = { ...names, from: instant(fromMs), to: toMs === null ? null : instant(toMs) };
  return { fields: withoutNulls(fields), message: "new zone data moved a reminder" };
}

function namesOf(delivery: Delivery): Record<string, string> {
  const { tenantId, id: deliveryId, reminderId, channel } = delivery;
  return { tenantId, deliveryId, reminderId, channel, destination: destinationOf(delivery) };
}

/** The lane's part behind tenant and channel: a host, an account, or `@` and an endpoint's name. */
function destinationOf({ tenantId, channel, lane }: Delivery): string {
  return lane.slice(`${tenantId} ${channel}:`.length);
}

function withoutNulls(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
