import type { StaleRevision } from "./store.ts";

/** The reason of what a cancelled reminder takes with it. */
export const CANCELLED = "the reminder was cancelled";

/** Why what waits is cancelled, once somebody has acknowledged its occurrence. */
export const ACKNOWLEDGED = "acknowledged";

/**
 * The epoch of what a worker holds while its occurrence is acknowledged: older than any reminder's, so that it
 * is not tried again.
 */
export const ACKNOWLEDGED_EPOCH = -1;

/** Why a delivery of an older epoch is not sent, by its epoch and the state of its reminder. */
export function staleReason(reminderState: unknown, epoch: number): string {
  if (reminderState === "cancelled") return CANCELLED;
  return epoch === ACKNOWLEDGED_EPOCH ? ACKNOWLEDGED : "the reminder was changed while a worker held this";
}

/** Null if the condition holds, or there is none. */
export function staleRevision(
  revision: number,
  ifRevision: readonly number[] | undefined,
): StaleRevision | null {
  return ifRevision === undefined || ifRevision.includes(revision) ? null : { kind: "stale", revision };
}
