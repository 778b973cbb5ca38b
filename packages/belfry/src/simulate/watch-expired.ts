import type { Store } from "../store/store.ts";
import type { SimulationRecord } from "./record.ts";

/** Tells a record also of what expires unsent after an outage, which the engine tells only in sum. */
export function keepExpired(store: Store, record: SimulationRecord): Store {
  const expire: Store["expire"] = async (batch, nowMs) => {
    await store.expire(batch, nowMs);
    for (const { tenantId, deliveryId, reason } of batch) {
      const delivery = await store.findDelivery(tenantId, deliveryId);
      if (delivery?.state === "expired") record.settled(delivery, { state: "expired", reason });
    }
  };
  return { ...store, expire };
}
