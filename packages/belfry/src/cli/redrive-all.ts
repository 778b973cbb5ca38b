import { randomUUID } from "node:crypto";
import type { Client } from "../client/client.ts";
import type { CliContext } from "./context.ts";
import { counted } from "./number-text.ts";
import { patiently } from "./patience.ts";
import { createProgress } from "./progress.ts";
import type { BulkRetryFilter } from "./resources.ts";

export type RedriveFilter = BulkRetryFilter;

/** The most that one call takes. */
const AT_ONCE = 1000;

/** What is to be sent again. */
export interface RedriveRequest {
  filter: RedriveFilter;
  /** How many there were; at least. */
  matched: number;
}

/**
 * Sends all that a filter means again, call by call. Each call bears a key of its own, so that it may be
 * made again when its answer was lost.
 *
 * @returns how many
 */
export async function redriveAll(
  client: Client,
  { filter, matched }: RedriveRequest,
  context: CliContext,
): Promise<number> {
  const progress = createProgress(context);
  const signal = context.interruption();
  let retried = 0;
  for (let last = AT_ONCE; last === AT_ONCE && !signal.aborted; ) {
    const idempotencyKey = randomUUID();
    const call = () => client.deliveries.retryAll({ filter, limit: AT_ONCE }, { idempotencyKey });
    ({ retried: last } = await patiently(call, { context, signal }));
    retried += last;
    progress.show(
      `${counted(retried, "delivery", "deliveries")} so far`,
      retried / Math.max(matched, retried),
    );
  }
  progress.clear();
  return retried;
}
