import { type Delivery, rootOccurrence } from "../domain/delivery.ts";
import type { Receipt } from "../store/access.ts";
import type { Acknowledged } from "../store/store.ts";
import type { Hands } from "./change.ts";
import type { EngineDeps } from "./ports.ts";

/** Acknowledges the occurrence of a delivery, for all that was made of it. */
export type Acknowledging = (
  tenantId: string,
  deliveryId: string,
  options?: { receiptOf?: (acknowledged: Acknowledged) => Receipt },
) => Promise<Acknowledged | null>;

/**
 * Somebody has seen an occurrence: it nags no more, on any channel. What this worker holds and has not begun to
 * send is given back first, so that what is in flight is truly on its way.
 */
export function createAcknowledging(deps: EngineDeps, hands: Hands): Acknowledging {
  return async (tenantId, deliveryId, { receiptOf } = {}) => {
    const delivery = await deps.store.findDelivery(tenantId, deliveryId);
    if (!delivery) return null;
    const acknowledged = await handedBack({ deps, hands }, delivery, () =>
      deps.store.acknowledge({
        tenantId,
        deliveryId,
        nowMs: Math.floor(deps.clock.now()),
        ...(receiptOf ? { receiptOf } : {}),
      }),
    );
    const isNew = acknowledged !== null && !acknowledged.isRepeat;
    if (isNew) deps.observe?.({ kind: "acknowledged", delivery, cancelled: acknowledged.cancelled });
    return acknowledged;
  };
}

/** Runs `work` while this worker holds no delivery of the same occurrence but those that it has begun to send. */
export async function handedBack<Result>(
  { deps: { store }, hands }: { deps: EngineDeps; hands: Hands },
  delivery: Delivery,
  work: () => Promise<Result>,
): Promise<Result> {
  const root = rootOccurrence(delivery);
  const leased = async (): Promise<string[]> => {
    const open = await store.findOpenDeliveries(delivery.tenantId, delivery.reminderId);
    return open.filter((one) => one.state === "leased" && rootOccurrence(one) === root).map(({ id }) => id);
  };
  if (!hands.holds(await leased())) return work();
  return hands.undisturbed(async () => {
    await hands.giveBack(await leased());
    return work();
  });
}
