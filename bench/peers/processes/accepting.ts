import { batchesOf, type Job, type Order } from "../order.ts";

export interface Accepting {
  /** Batches at a time. */
  parallel: number;
  accept: (jobs: readonly Job[]) => Promise<unknown>;
}

/** Accepts a whole order in batches; resolves with how many seconds that took. */
export async function accepting(order: Order, { parallel, accept }: Accepting): Promise<number> {
  const batches = batchesOf(order);
  const begunMs = performance.now();
  const acceptWhileMore = async (): Promise<void> => {
    // An iterator that is shared gives each batch to one of them.
    for (let next = batches.next(); !next.done; next = batches.next()) await accept(next.value);
  };
  await Promise.all(Array.from({ length: parallel }, acceptWhileMore));
  return (performance.now() - begunMs) / 1_000;
}
