import type { Attempt, Delivery } from "../domain/delivery.ts";
import type { Reminder } from "../domain/reminder.ts";
import type { Verdict } from "../domain/settlement.ts";

/** What someone did to a reminder; `rung`: an occurrence outside the rule. */
export const CHANGES = ["edited", "paused", "resumed", "skipped", "moved", "rung", "cancelled"] as const;
export type Change = (typeof CHANGES)[number];

/**
 * What the engine tells, once it is on disk where it is a change. Reminders and deliveries are the
 * engine's own: an observer reads them and changes nothing.
 */
export type EngineEvent =
  /** A reminder was stored, with the deliveries of what is due soon. */
  | { kind: "accepted"; reminder: Reminder; deliveries: number }
  /** `withdrawn`: deliveries that waited in the store and do no more; those in hand are told as settled. */
  | { kind: "changed"; what: Change; tenantId: string; reminderId: string; withdrawn: number }
  /** Occurrences of a reminder became deliveries. */
  | { kind: "promoted"; tenantId: string; reminderId: string; deliveries: number }
  /** The worker took a delivery; `isInDoubt`: the lease before this one had ended without a word. */
  | { kind: "claimed"; delivery: Delivery; isInDoubt: boolean }
  /** An attempt has ended. `latenessMs`: from due to its start, for the first attempt; else null. */
  | { kind: "attempt"; delivery: Delivery; attempt: Attempt; latenessMs: number | null }
  /** What becomes of a delivery: it is settled, will be tried again, or is held back untried (`scheduled`). */
  | { kind: "settled"; delivery: Delivery; verdict: Verdict }
  /** Occurrences that nobody was there to ring expired at a start. */
  | { kind: "missed"; deliveries: number }
  /** The worker found that leases which it held were no longer its own. */
  | { kind: "leases-lost"; deliveries: number }
  /** Settled deliveries were brought back; `deliveryId` if it was one by its id. */
  | { kind: "redriven"; tenantId: string; deliveries: number; deliveryId: string | null }
  /** Somebody has acknowledged the occurrence of a delivery; `cancelled`: deliveries of it that waited. */
  | { kind: "acknowledged"; delivery: Delivery; cancelled: number }
  /** A destination said that it is gone for good, so its endpoint was switched off. */
  | { kind: "endpoint-off"; tenantId: string; name: string; reason: string }
  /** New zone data moved the next occurrence of a reminder; `toMs`: null if the rule rings it no more. */
  | {
      kind: "zone-moved";
      tenantId: string;
      reminderId: string;
      nominal: string;
      fromMs: number;
      toMs: number | null;
    }
  /** All plans are of the zone data that this process has; `from`: the version before, null if none is known. */
  | { kind: "zone-data"; from: string | null; to: string; lookedAt: number; moved: number }
  /** The scheduler ended a pass; `isOk`: no fault broke it off. */
  | { kind: "pass"; deliveries: number; durationMs: number; isOk: boolean };

/**
 * Hears what the engine does, thousands of times a second: it must be quick, and must not throw.
 * `observeWith` makes one of several that does not, whatever they do.
 */
export type Observe = (event: EngineEvent) => void;

/** Tells several observers; one that throws is reported, and holds up neither the others nor the engine. */
export function observeWith(
  observers: readonly Observe[],
  onFault: (what: string, error: unknown) => void,
): Observe {
  return (event) => {
    for (const observe of observers) {
      try {
        observe(event);
      } catch (error) {
        onFault(`tell of ${event.kind}`, error);
      }
    }
  };
}
