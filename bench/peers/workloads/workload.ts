import type { Contender, Site } from "../contenders/contender.ts";
import type { Use } from "../drivers/driver.ts";
import type { Figure } from "../figures.ts";
import type { Order } from "../order.ts";
import type { Receiver } from "../receiver.ts";
import type { Scale } from "../scale.ts";

export interface Workload {
  /** As it is chosen on the command line. */
  name: string;
  use: Use;
  figures: readonly Figure[];
  /** Done once; the site then stays for all rounds. Absent: each round has a site of its own. */
  prepare?(stage: Stage): Promise<void>;
  /** Resolves with the figures by their ids. */
  run(stage: Stage): Promise<Readonly<Record<string, number>>>;
}

/** What a workload is run on. */
export interface Stage {
  contender: Contender;
  site: Site;
  receiver: Receiver;
  scale: Scale;
}

const ARRIVES_WITHIN_MS = 180_000;
const WARM_UP = 500;
let lastNumber = 0;

/** An order whose numbers no other has. */
export function orderOf(
  { receiver }: Pick<Stage, "receiver">,
  { count, dueMs, spacingMs = 0 }: { count: number; dueMs: number; spacingMs?: number },
): Order {
  const first = lastNumber + 1;
  lastNumber += count;
  return { url: receiver.url, count, first, dueMs, spacingMs };
}

/** Reminders that fall due in a month. */
export function farOrder(stage: Pick<Stage, "receiver">, count: number): Order {
  return orderOf(stage, { count, dueMs: Date.now() + 30 * 86_400_000 });
}

/** A worker that has been at work: whatever is compiled or connected at first is. */
export async function warmUp(stage: Stage): Promise<void> {
  const { contender, site, receiver } = stage;
  if (!contender.isPrompt) return;
  const order = orderOf(stage, { count: WARM_UP, dueMs: Date.now() + 2_000 });
  await receiver.expect(order);
  await site.accept(order);
  await receiver.all(order, ARRIVES_WITHIN_MS);
}

export interface SpreadOrder {
  count: number;
  spacingMs?: number;
  failEvery?: number;
  answerAfterMs?: number;
}

/**
 * Has an order accepted in good time before its instant, and what that leaves to the store done. Throws if
 * there was not enough time.
 */
export async function acceptAhead(
  stage: Stage,
  { count, spacingMs = 0, ...answers }: SpreadOrder,
): Promise<Order> {
  const { site, receiver } = stage;
  const dueMs = Date.now() + 6_000 + count / 2;
  const order = orderOf(stage, { count, dueMs, spacingMs });
  await receiver.expect(order, answers);
  await site.accept(order);
  await site.settle();
  // A worker may look as far ahead.
  const leftMs = dueMs - Date.now() - 2_500;
  if (leftMs < 0) throw new Error(`Cannot measure: accepting took ${-leftMs} ms too long`);
  return order;
}

/** Waits until all of it has come; resolves with when, in ms since the epoch. */
export async function arrivalsOf({ receiver }: Stage, order: Order) {
  const lastDueMs = order.dueMs + order.count * order.spacingMs;
  await receiver.all(order, lastDueMs - Date.now() + ARRIVES_WITHIN_MS);
  return receiver.arrivals();
}

/** Arrivals a second between the first and the last. */
export function rateOf(takenAtMs: Float64Array): number {
  return (takenAtMs.length * 1_000) / (lastOf(takenAtMs) - firstOf(takenAtMs));
}

export function firstOf(atMs: Float64Array): number {
  return atMs.reduce((first, one) => Math.min(first, one), Number.POSITIVE_INFINITY);
}

export function lastOf(atMs: Float64Array): number {
  return atMs.reduce((last, one) => Math.max(last, one), Number.NEGATIVE_INFINITY);
}
