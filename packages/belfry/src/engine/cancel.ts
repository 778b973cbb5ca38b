import type { CancelRequest, CancelResult, StaleRevision } from "../store/store.ts";
import type { EngineDeps } from "./ports.ts";

/** The worker's part: it cancels what it holds and has not begun to send. */
interface Dropping {
  drop(deliveryIds: readonly string[], reason: string): Promise<string[]>;
}

/** Ends a reminder and what waits of it, also in this worker's hands. */
export function createCancelling(deps: EngineDeps, hands: Dropping) {
  return async (
    tenantId: string,
    id: string,
    options: Pick<CancelRequest, "ifRevision" | "basis" | "reason"> = {},
  ): Promise<CancelResult | StaleRevision | null> => {
    const nowMs = Math.floor(deps.clock.now());
    const result = await deps.store.cancelReminder({ tenantId, id, nowMs, ...options });
    if (result?.kind !== "cancelled") return result;
    const dropped = await dropHeld(hands, result.inFlight, options.reason);
    const inFlight = result.inFlight.filter((delivery) => !dropped.has(delivery));
    const { cancelled: withdrawn } = result;
    deps.observe?.({ kind: "changed", what: "cancelled", tenantId, reminderId: id, withdrawn });
    return { ...result, cancelled: withdrawn + dropped.size, inFlight };
  };
}

async function dropHeld(
  hands: Dropping,
  inFlight: readonly string[],
  reason = "the reminder was cancelled",
): Promise<Set<string>> {
  return new Set(inFlight.length === 0 ? [] : await hands.drop(inFlight, reason));
}

/** Ends a reminder, if it is still what the decision was made from. */
export type Cancelling = ReturnType<typeof createCancelling>;
