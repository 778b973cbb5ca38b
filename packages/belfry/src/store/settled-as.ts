import { isSettled, type SettledState } from "../domain/delivery.ts";
import { staleReason } from "./stale.ts";
import type { Settlement } from "./store.ts";

/** How a delivery ends by a settlement. */
export interface SettledAs {
  state: SettledState;
  reason: string | null;
  /** Attempts that failed with it. */
  failed: 0 | 1;
}

/**
 * What a settlement makes of a delivery that does not wait again.
 *
 * @param held its own epoch and the state of its reminder: a retry of one that has moved on is cancelled
 */
export function settledAs(
  settlement: Settlement,
  held: { reminderState: unknown; epoch: number },
): SettledAs {
  const state = isSettled(settlement.state) ? settlement.state : "cancelled";
  const reason = state === settlement.state ? settlement.reason : staleReason(held.reminderState, held.epoch);
  const failed = settlement.attempt !== undefined && state !== "delivered" ? 1 : 0;
  return { state, reason, failed };
}
