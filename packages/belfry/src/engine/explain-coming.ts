import type { Delivery } from "../domain/delivery.ts";
import type { ComingExplained } from "../domain/explanation.ts";
import { spreadOf } from "../domain/promotion.ts";
import { quietUntil } from "../domain/quiet-hours.ts";
import { durationWords, formatInstant } from "../time/schedule.ts";
import { zoneOf } from "./content-values.ts";
import { type Explained, occurrenceExplained } from "./explain-rule.ts";
import type { ComingOccurrence } from "./reminder-changes.ts";
import { occurrenceIdOf } from "./replan.ts";

/** An occurrence to come: when it goes out, and what delays it. */
export function comingExplained(
  of: Explained,
  { kind, occurrence, deliveryId }: ComingOccurrence,
  open: readonly Delivery[],
): ComingExplained {
  const { policy } = of.reminder.spec;
  const delivery = open.find(({ id }) => id === deliveryId);
  const expiresAtMs = delivery?.expiresAtMs ?? occurrence.dueMs + policy.usefulForMs;
  const planned = delivery ? asItWaits(delivery) : asPlanned(of, { kind, occurrence });
  const held = planned.isHeld ? planned : withQuiet(of, kind, planned);
  return {
    ...occurrenceExplained(of, kind, occurrence),
    deliveryId,
    sendAtMs: held.sendAtMs,
    delays: held.delays,
    expiresAtMs,
    expires: held.sendAtMs > expiresAtMs,
  };
}

interface Sending {
  sendAtMs: number;
  delays: readonly string[];
  /** Whether it is known already what holds it back. */
  isHeld: boolean;
}

function asItWaits({ sendAtMs, occurrence, reason, state }: Delivery): Sending {
  if (reason !== null && sendAtMs > occurrence.dueMs)
    return { sendAtMs, delays: [state === "retrying" ? `it failed: ${reason}` : reason], isHeld: true };
  return { sendAtMs, delays: spreadDelays(sendAtMs - occurrence.dueMs), isHeld: false };
}

function asPlanned(
  { reminder }: Explained,
  { kind, occurrence }: Pick<ComingOccurrence, "kind" | "occurrence">,
): Sending {
  const spreadMs = reminder.spec.policy.spreadMs ?? 0;
  const spread = kind === "rule" ? spreadOf(occurrenceIdOf(reminder, occurrence), spreadMs) : 0;
  return { sendAtMs: occurrence.dueMs + spread, delays: spreadDelays(spread), isHeld: false };
}

function spreadDelays(spreadMs: number): string[] {
  return spreadMs > 0 ? [`a spread puts it ${durationWords(spreadMs)} after it is due`] : [];
}

function withQuiet(
  { reminder, recipient }: Explained,
  kind: ComingOccurrence["kind"],
  planned: Sending,
): Sending {
  if (!recipient?.quietHours || reminder.spec.policy.urgent || kind === "snooze") return planned;
  const endMs = quietUntil(recipient.quietHours, zoneOf(reminder, recipient), planned.sendAtMs);
  if (endMs === null) return planned;
  const delay = `quiet hours hold it back until ${formatInstant(endMs)}`;
  return { sendAtMs: endMs, delays: [...planned.delays, delay], isHeld: true };
}
