import type { StaleRevision } from "./store.ts";

/** The reason of what a cancelled reminder takes with it. */
export const CANCELLED = "the reminder was cancelled";

/** Why a delivery of an older epoch is not sent, by the state of its reminder. */
export function staleReason(reminderState: unknown): string {
  return reminderState === "cancelled" ? CANCELLED : "the reminder was changed while a worker held this";
}

/** Null if the condition holds, or there is none. */
export function staleRevision(
  revision: number,
  ifRevision: readonly number[] | undefined,
): StaleRevision | null {
  return ifRevision === undefined || ifRevision.includes(revision) ? null : { kind: "stale", revision };
}
