import { RECEIPT_LIFE_MS } from "../store/access.ts";
import type { EngineDeps } from "./ports.ts";

/** Rows of each kind in one transaction. */
const PURGE_BATCH = 1_000;

/** Deletes what retention no longer keeps, batch by batch, as long as it is wanted. */
export async function purgeOld({ clock, store, tuning }: EngineDeps, isWanted: () => boolean): Promise<void> {
  const nowMs = clock.now();
  const request = {
    historyBeforeMs: nowMs - tuning.retentionMs,
    receiptsBeforeMs: nowMs - RECEIPT_LIFE_MS,
    limit: PURGE_BATCH,
  };
  let removed: number;
  do removed = await store.purge(request);
  while (removed >= PURGE_BATCH && isWanted());
}
