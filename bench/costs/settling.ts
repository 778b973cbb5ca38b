import { claimAll, dueOnce, settlementOf } from "../../packages/belfry/src/store/contract/fixtures.ts";
import type { Store } from "../../packages/belfry/src/store/store.ts";
import { medianOf } from "../median.ts";

const ROUNDS = 11;
/** As many as a worker settles at once. */
const BATCH = 500;

/** Microseconds for each delivery of a batch, in and out of the store: medians. */
export async function settlingCost(store: Store): Promise<{ withStory: number; without: number }> {
  const costs = { withStory: [] as number[], without: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    costs.without.push(await settleOne(store, `${round}_without`, { hasStory: false }));
    costs.withStory.push(await settleOne(store, `${round}_with`, { hasStory: true }));
  }
  return { withStory: medianOf(costs.withStory), without: medianOf(costs.without) };
}

async function settleOne(store: Store, name: string, { hasStory }: { hasStory: boolean }): Promise<number> {
  const batch = Array.from({ length: BATCH }, (_, i) => dueOnce({ id: `rem_${name}_${i}` }));
  await store.accept(batch);
  const claims = await claimAll(store, { limit: BATCH, laneLimit: BATCH });
  if (claims.length !== BATCH) throw new Error(`Cannot measure: ${claims.length} of ${BATCH} were claimed`);
  const settlements = claims.map((claim) => {
    const { attempt, ...settlement } = settlementOf(claim);
    return hasStory ? { ...settlement, attempt } : settlement;
  });
  const begunMs = performance.now();
  const { refused } = await store.settle(settlements as Parameters<Store["settle"]>[0]);
  const tookMs = performance.now() - begunMs;
  if (refused.length > 0) throw new Error(`Cannot measure: ${refused.length} were refused`);
  return (tookMs * 1_000) / BATCH;
}
