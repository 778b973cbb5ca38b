import type { Delivery } from "../domain/delivery.ts";
import { laneOf } from "../domain/promotion.ts";
import type { ReminderSpec } from "../domain/reminder.ts";
import type { Receipt } from "../store/access.ts";
import type { NewDestination, RedriveResult, Retriable, RetryFilter } from "../store/store.ts";
import type { EngineDeps } from "./ports.ts";
import { turn } from "./turn.ts";
import { isSameWay, waysOf } from "./ways.ts";

/** Failed deliveries that are looked at in one read. */
const PAGE = 500;
/** What is counted at most. */
const MOST_COUNTED = 10_000;

export interface RedriveAll {
  filter: RetryFilter;
  /** How many to bring back at most. */
  limit: number;
  /** True to count only. */
  dryRun: boolean;
  /** Made from the result; commits with it. Not asked for by a dry run. */
  receiptOf?: (result: RedrivenAll) => Receipt;
}

export interface RedrivenAll {
  /** How many the filter meant before; at most 10,000 are counted. */
  matched: number;
  /** False if there may be more. */
  isExact: boolean;
  /** How many were brought back. */
  retried: number;
}

/** Bringing dead and expired deliveries back, to be sent at once to where their reminder goes now. */
export function createRedriving(deps: EngineDeps, onStored: (sendAtMs: number) => void) {
  return {
    redrive: async (
      tenantId: string,
      id: string,
      receiptOf?: (delivery: Delivery) => Receipt,
    ): Promise<RedriveResult | null> => {
      const nowMs = Math.floor(deps.clock.now());
      const result = await deps.store.redrive({
        tenantId,
        id,
        nowMs,
        ...(await newDestination(deps, tenantId, id)),
        ...(receiptOf ? { receiptOf } : {}),
      });
      if (result?.kind !== "redriven") return result;
      onStored(nowMs);
      deps.observe?.({ kind: "redriven", tenantId, deliveries: 1, deliveryId: id });
      return result;
    },
    redriveAll: async (tenantId: string, request: RedriveAll): Promise<RedrivenAll> => {
      const { found, matched, isExact } = await gather(deps, tenantId, request);
      if (request.dryRun) return { matched, isExact, retried: 0 };
      const nowMs = Math.floor(deps.clock.now());
      const { receiptOf } = request;
      const retried = await deps.store.redriveAll({
        tenantId,
        items: found.map(({ delivery, goesTo }) => ({ id: delivery.id, ...moved(deps, delivery, goesTo) })),
        nowMs,
        ...(receiptOf ? { receiptOf: (retried) => receiptOf({ matched, isExact, retried }) } : {}),
      });
      if (retried > 0) onStored(nowMs);
      deps.observe?.({ kind: "redriven", tenantId, deliveries: retried, deliveryId: null });
      return { matched, isExact, retried };
    },
  };
}

/** Counts what the filter means, and takes the first of it. */
async function gather({ store }: EngineDeps, tenantId: string, { filter, limit }: RedriveAll) {
  const found: Retriable[] = [];
  let matched = 0;
  let after: string | null | undefined;
  while (after !== null && matched < MOST_COUNTED) {
    const page: Awaited<ReturnType<typeof store.findRetriable>> = await store.findRetriable({
      tenantId,
      filter,
      limit: PAGE,
      ...(after === undefined ? {} : { after }),
    });
    found.push(...page.items.slice(0, limit - found.length));
    matched += page.items.length;
    after = page.next;
    await turn();
  }
  return { found, matched: Math.min(matched, MOST_COUNTED), isExact: after === null };
}

async function newDestination(
  deps: EngineDeps,
  tenantId: string,
  id: string,
): Promise<{ destination?: NewDestination }> {
  const delivery = await deps.store.findDelivery(tenantId, id);
  const view = delivery && (await deps.store.findReminder(tenantId, delivery.reminderId));
  return delivery && view ? moved(deps, delivery, view.reminder.spec) : {};
}

/** Where a delivery goes now, if its reminder was given another target since. */
function moved(
  deps: EngineDeps,
  delivery: Delivery,
  spec: Pick<ReminderSpec, "target" | "planned">,
): { destination?: NewDestination } {
  const ways = waysOf(deps, spec);
  if (ways.some((way) => isSameWay(way, delivery)) || delivery.kind === "repeat") return {};
  const [{ channel, target, destination, recipientId }] = ways;
  return {
    destination: { channel, target, lane: laneOf(delivery.tenantId, channel, destination), recipientId },
  };
}
