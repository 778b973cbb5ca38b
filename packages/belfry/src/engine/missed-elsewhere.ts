import type { MissedDelivery } from "../store/store.ts";
import { inChunks } from "./chunks.ts";
import type { EngineDeps } from "./ports.ts";
import { ringsElsewhere } from "./recipient-move.ts";

/** Recipients that are read at once. */
const AT_ONCE = 20;

/**
 * Which of the deliveries that were missed ring at another instant with what their recipient is now: that change is
 * still to be followed, and may put what seems to be missed into the future. Resolves with their ids.
 */
export async function missedElsewhere(
  deps: EngineDeps,
  missed: readonly MissedDelivery[],
): Promise<ReadonlySet<string>> {
  // Hardly ever: all that there was has followed before.
  if ((await deps.store.listRecipientChanges(1)).length === 0) return new Set();
  const elsewhere = new Set<string>();
  for (const some of inChunks(missed, AT_ONCE)) {
    const moved = await Promise.all(some.map((delivery) => isElsewhere(deps, delivery)));
    for (const [index, { deliveryId }] of some.entries()) if (moved[index]) elsewhere.add(deliveryId);
  }
  return elsewhere;
}

async function isElsewhere(deps: EngineDeps, { tenantId, reminder }: MissedDelivery): Promise<boolean> {
  const { store, clock } = deps;
  if (reminder.recipientId === null) return false;
  const [tenant, recipient] = await Promise.all([
    store.findTenant(tenantId),
    store.findRecipient(tenantId, reminder.recipientId),
  ]);
  if (!tenant || !recipient) return false;
  return ringsElsewhere(deps, { reminder, tenant, nowMs: clock.now() }, recipient);
}
