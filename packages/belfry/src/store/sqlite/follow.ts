import type { DatabaseSync } from "node:sqlite";
import { rootOccurrence } from "../../domain/delivery.ts";
import type { Settlement } from "../store.ts";
import { createDeliveryInsert } from "./delivery-insert.ts";
import type { Ledger } from "./ledger.ts";

/**
 * Makes what follows a settled delivery, unless somebody has acknowledged its occurrence. It is of the epoch that
 * the delivery has by now: a change may have taken that along while a worker held it.
 */
export function createFollow(
  db: DatabaseSync,
  ledger: Ledger,
): (settlement: Settlement, epoch: number) => void {
  const insert = createDeliveryInsert(db, ledger);
  const acknowledged = db.prepare("SELECT 1 FROM acknowledgements WHERE tenant_id = ? AND occurrence_id = ?");
  return ({ tenantId, follow = [], nowMs }, epoch) => {
    for (const delivery of follow) {
      if (acknowledged.get(tenantId, rootOccurrence(delivery)) !== undefined) continue;
      insert({ ...delivery, epoch }, nowMs, { isFollower: true });
    }
  };
}
