import { REMINDER_STATES } from "../../domain/reminder.ts";
import type { Page, PageRequest, Store } from "../store.ts";

const DAY_MS = 86_400_000;
/** Small enough for several pages. */
const PAGE = 40;

/** What of an installation cannot be listed, and is asked for by name. */
export interface Asked {
  tenantIds: readonly string[];
  receipts: readonly { route: string; key: string }[];
  nowMs: number;
}

/**
 * All that a store answers, but for its own names of places in a list and who works on it: what two stores must
 * have in common to be the same installation.
 */
export async function readEverything(store: Store, asked: Asked): Promise<unknown> {
  const { nowMs, tenantIds } = asked;
  const tenants = await pages((after) => store.listTenants({ limit: PAGE, after }));
  const ofTenants: Record<string, unknown> = {};
  for (const id of tenantIds) ofTenants[id] = await readTenant(store, id, asked);
  return {
    tenants,
    ofTenants,
    counts: await store.counts(),
    // Those of one instant come in any order.
    due: (await store.findDueReminders({ horizonMs: nowMs + 30 * DAY_MS, limit: 10_000 })).sort(byId),
    oldestRetrying: await store.oldestDue("retrying"),
    waiting: await store.countWaiting(nowMs),
    nextClaimAt: await store.nextClaimAt(),
    lastBeat: await store.lastBeat(),
    zoneData: await store.readFact("zone-data"),
    walking: await store.findWalkingCampaigns(100),
    // Their marks are each store's own; their order is not.
    toFollow: (await store.listRecipientChanges(100)).map(({ mark: _, ...change }) => change),
  };
}

async function readTenant(store: Store, tenantId: string, { receipts, nowMs }: Asked): Promise<unknown> {
  const list = <Item>(read: (request: PageRequest) => Promise<Page<Item>>): Promise<Item[]> =>
    pages((after) => read({ tenantId, limit: PAGE, after }));
  const reminders = await list((request) => store.listReminders({ ...request, state: undefined }));
  const deliveries = await list((request) =>
    store.listDeliveries({ ...request, state: undefined, reminderId: undefined }),
  );
  const open: Record<string, unknown> = {};
  const spent: Record<string, unknown> = {};
  const occurrenceIds = deliveries.map(({ occurrenceId }) => occurrenceId);
  for (const { reminder } of reminders.filter((_, index) => index % 5 === 0)) {
    open[reminder.id] = await store.findOpenDeliveries(tenantId, reminder.id);
    const found = await store.findSpent({ tenantId, reminderId: reminder.id, dueFromMs: 0, occurrenceIds });
    spent[reminder.id] = [...found].sort();
  }
  const { lateness, latency, ...sums } = await store.sums(tenantId, nowMs - DAY_MS, nowMs + DAY_MS);
  return {
    keys: await list((request) => store.listKeys(request)),
    endpoints: await list((request) => store.listEndpoints(request)),
    inbox: await list((request) => store.listInbox(request)),
    reminders,
    people: await readPeople(store, tenantId, occurrenceIds),
    byState: await Promise.all(
      REMINDER_STATES.map((state) => list((request) => store.listReminders({ ...request, state }))),
    ),
    deliveries,
    open,
    spent,
    retriable: [await retriable(store, tenantId, "dead"), await retriable(store, tenantId, "expired")],
    receipts: await Promise.all(receipts.map((key) => store.findReceipt({ tenantId, ...key }))),
    events: (await eventsOf(store, tenantId)).map(({ id, ...event }) => event),
    counts: await store.counts(tenantId),
    load: await store.load(tenantId, nowMs, 60),
    sums: { ...sums, lateness: [...lateness].sort(byBucket), latency: [...latency].sort(byBucket) },
  };
}

async function readPeople(
  store: Store,
  tenantId: string,
  occurrenceIds: readonly string[],
): Promise<unknown> {
  const page = { tenantId, limit: PAGE, after: undefined };
  const { items: recipients } = await store.listRecipients({ ...page, filter: {} });
  const range = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
  const feeds = await Promise.all(recipients.map(({ id }) => store.listCalendarFeeds(tenantId, id)));
  return {
    recipients,
    feeds,
    byHash: await store.findCalendarFeed(`hash of ${tenantId}`),
    events: (await store.listCalendarEvents({ ...page, ...range })).items,
    campaigns: (await store.listCampaigns(page)).items,
    acknowledgements: [...(await store.findAcknowledgements(tenantId, occurrenceIds))].sort(byKey),
  };
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function byId(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : 1;
}

function byBucket([a]: [number, number], [b]: [number, number]): number {
  return a - b;
}

/** The log of a tenant from its beginning, or from behind an event on. */
export async function eventsOf(store: Store, tenantId: string, after = "start") {
  const events = [];
  let place = after;
  for (;;) {
    const page = await store.listEvents({
      tenantId,
      after: place,
      limit: 50,
      types: undefined,
      reminderId: undefined,
    });
    events.push(...page.items);
    place = page.lastId;
    if (!page.isMore) return events;
  }
}

async function retriable(store: Store, tenantId: string, state: "dead" | "expired"): Promise<string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await store.findRetriable({
      tenantId,
      filter: { state },
      limit: PAGE,
      ...(after ? { after } : {}),
    });
    // Of those that were settled at one instant, each store has an order of its own.
    ids.push(...page.items.map(({ delivery }) => `${delivery.settledAtMs} ${delivery.id}`));
    after = page.next ?? undefined;
  } while (after !== undefined);
  return ids.sort();
}

async function pages<Item>(read: (after: string | undefined) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  let after: string | undefined;
  do {
    const page = await read(after);
    items.push(...page.items);
    after = page.nextCursor;
  } while (after !== undefined);
  return items;
}
