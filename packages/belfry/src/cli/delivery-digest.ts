import type { Client } from "../client/client.ts";
import type { Delivery } from "./resources.ts";

const PAGE = 100;
/** Of what waits, so many are read: as many as one promotion makes. */
const MOST_WAITING = 1_000;

const SETTLED = ["delivered", "dead", "expired", "cancelled"] as const;
const WAITING = ["leased", "retrying", "scheduled"] as const;

type State = Delivery["state"];

/** How many deliveries are in one state. */
export interface StateCount {
  state: State;
  count: number;
  /** False if there are more than were counted. */
  isAll: boolean;
}

/** The deliveries of one reminder: what has happened, and what is to come. */
export interface DeliveryDigest {
  /** The latest due first; the first of them are the latest of all. */
  settled: Delivery[];
  /** The next to be sent first. */
  waiting: Delivery[];
  /** Of every state that there is one in. */
  counts: StateCount[];
}

/** Reads the deliveries of a reminder, however many there are, in a bounded number of calls. */
export async function digestDeliveries(reminder: string, client: Client): Promise<DeliveryDigest> {
  const settled = await Promise.all(SETTLED.map((state) => readState({ reminder, state }, PAGE, client)));
  const waiting = await Promise.all(
    WAITING.map((state) => readState({ reminder, state }, MOST_WAITING, client)),
  );
  return {
    settled: settled.flatMap(({ items }) => items).sort((left, right) => compare(right.due, left.due)),
    waiting: waiting.flatMap(({ items }) => items).sort((left, right) => compare(left.sendAt, right.sendAt)),
    counts: [...settled, ...waiting]
      .map(({ state, items, isAll }) => ({ state, count: items.length, isAll }))
      .filter(({ count }) => count > 0),
  };
}

/** `2 delivered, 100 or more dead`: of the states that are counted there. */
export function countsText(counts: readonly StateCount[]): string {
  return counts.map(({ state, count, isAll }) => `${count}${isAll ? "" : " or more"} ${state}`).join(", ");
}

/** Whether a state is one that nothing more happens in by itself. */
export function isSettled({ state }: Pick<Delivery, "state">): boolean {
  return SETTLED.some((settled) => settled === state);
}

async function readState(filter: { reminder: string; state: State }, most: number, client: Client) {
  const items: Delivery[] = [];
  let cursor: string | null = null;
  do {
    const query = { ...filter, limit: PAGE, ...(cursor !== null && { cursor }) };
    const page: { items: Delivery[]; nextCursor: string | null } = await client.deliveries.list(query);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && items.length < most);
  return { state: filter.state, items, isAll: cursor === null };
}

/** Instants of the API are all written alike, so they sort as texts do but for their fractions. */
function compare(left: string, right: string): number {
  return Date.parse(left) - Date.parse(right);
}
