import { MOST_FEEDS } from "../domain/calendar-feed.ts";
import { ConflictError } from "../domain/errors.ts";
import type { CalendarEngine } from "./calendar-engine.ts";
import { feedEntries } from "./calendar-feed-entries.ts";
import { addresseesOf } from "./destinations.ts";
import type { EngineDeps } from "./ports.ts";

type FeedEngine = Pick<
  CalendarEngine,
  "createCalendarFeed" | "listCalendarFeeds" | "revokeCalendarFeeds" | "readCalendar"
>;

/** The addresses at which recipients' calendars can be read. */
export function createCalendarFeeds(deps: EngineDeps): FeedEngine {
  const { store, ids, clock } = deps;
  const ownerOf = (tenantId: string, name: string) => addresseesOf(deps, tenantId).findRecipient(name);
  return {
    createCalendarFeed: async ({ id: tenantId }, { owner: name, tokenHash }, receiptOf) => {
      const owner = await ownerOf(tenantId, name);
      if (!owner) return null;
      const named = { tenantId, id: ids.next("cal"), recipientId: owner.id };
      const feed = { ...named, tokenHash, createdAtMs: Math.floor(clock.now()) };
      const created = await store.createCalendarFeed(feed, receiptOf?.(feed));
      if (created === "full") throw tooMany();
      return created === "created" ? feed : null;
    },
    listCalendarFeeds: async (tenantId, name) => {
      const owner = await ownerOf(tenantId, name);
      return owner && store.listCalendarFeeds(tenantId, owner.id);
    },
    revokeCalendarFeeds: async (tenantId, name, id) => {
      const owner = await ownerOf(tenantId, name);
      if (!owner) return null;
      return store.deleteCalendarFeeds({
        tenantId,
        recipientId: owner.id,
        ...(id === undefined ? {} : { id }),
      });
    },
    readCalendar: async (tokenHash) => {
      const feed = await store.findCalendarFeed(tokenHash);
      const tenant = feed && (await store.findTenant(feed.tenantId));
      const recipient = feed && (await store.findRecipient(feed.tenantId, feed.recipientId));
      if (!tenant || !recipient) return null;
      return { recipient, entries: await feedEntries(deps, { tenant, recipient }) };
    },
  };
}

function tooMany(): ConflictError {
  const message = `Cannot make another address: the recipient has ${MOST_FEEDS} of their calendar; revoke one first`;
  return new ConflictError("too_many_calendar_addresses", message);
}
