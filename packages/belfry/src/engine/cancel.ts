import type { CancelResult, StaleRevision } from "../store/store.ts";
import type { EngineDeps } from "./ports.ts";
import type { ChangeOptions } from "./reminder-changes.ts";

/** The worker's part: it cancels what it holds and has not begun to send. */
interface Dropping {
  drop(deliveryIds: readonly string[], reason: string): Promise<string[]>;
}

/** Ends a reminder and what waits of it, also in this worker's hands. */
export function createCancelling(deps: EngineDeps, hands: Dropping) {
  return async (
    tenantId: string,
    id: string,
    { ifRevision }: Pick<ChangeOptions, "ifRevision"> = {},
  ): Promise<CancelResult | StaleRevision | null> => {
    const nowMs = Math.floor(deps.clock.now());
    const condition = ifRevision === undefined ? {} : { ifRevision };
    const result = await deps.store.cancelReminder({ tenantId, id, nowMs, ...condition });
    if (result?.kind !== "cancelled") return result;
    const dropped = await dropHeld(hands, result.inFlight);
    const inFlight = result.inFlight.filter((delivery) => !dropped.has(delivery));
    const { cancelled: withdrawn } = result;
    deps.observe?.({ kind: "changed", what: "cancelled", tenantId, reminderId: id, withdrawn });
    return { ...result, cancelled: withdrawn + dropped.size, inFlight };
  };
}

async function dropHeld(hands: Dropping, inFlight: readonly string[]): Promise<Set<string>> {
  return new Set(inFlight.length === 0 ? [] : await hands.drop(inFlight, "the reminder was cancelled"));
}
