import type { EngineDeps } from "./ports.ts";

/** Longer than a year: the key of a yearly rule is the year. */
const SENT_KEY_LIFE_MS = 800 * 86_400_000;

/** Rows of each kind in one transaction. */
const PURGE_BATCH = 1_000;

/** Deletes what retention no longer keeps, batch by batch, as long as it is wanted. */
export async function purgeOld({ clock, store, tuning }: EngineDeps, isWanted: () => boolean): Promise<void> {
  const nowMs = clock.now();
  const request = {
    historyBeforeMs: nowMs - tuning.retentionMs,
    receiptsBeforeMs: nowMs - tuning.receiptLifeMs,
    eventsBeforeMs: nowMs - tuning.eventLifeMs,
    sentKeysBeforeMs: nowMs - SENT_KEY_LIFE_MS,
    limit: PURGE_BATCH,
  };
  let removed: number;
  do removed = await store.purge(request);
  while (removed >= PURGE_BATCH && isWanted());
}
