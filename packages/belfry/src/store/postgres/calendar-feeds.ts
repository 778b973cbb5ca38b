import { type CalendarFeed, MOST_FEEDS } from "../../domain/calendar-feed.ts";
import type { CalendarStore } from "../calendar-store.ts";
import type { Database, Row } from "./database.ts";
import { keepReceipt } from "./receipts.ts";
import { integer, text, whole } from "./rows.ts";
import { statement } from "./statement.ts";
import type { Write } from "./writing.ts";

const COLUMNS = "token_hash, id, tenant_id, recipient_id, created_at";

const LOCK_OWNER = statement(
  "lock_feed_owner",
  "SELECT id FROM recipients WHERE tenant_id = $1 AND id = $2 FOR UPDATE",
);
const INSERT = statement(
  "insert_calendar_feed",
  `INSERT INTO calendar_feeds (${COLUMNS}) VALUES ($1, $2, $3, $4, $5)`,
);
const FIND = statement("find_calendar_feed", `SELECT ${COLUMNS} FROM calendar_feeds WHERE token_hash = $1`);
const LIST = statement(
  "list_calendar_feeds",
  `SELECT ${COLUMNS} FROM calendar_feeds WHERE recipient_id = $2 AND tenant_id = $1 ORDER BY id`,
);
const REMOVE = statement(
  "delete_calendar_feeds",
  `DELETE FROM calendar_feeds WHERE recipient_id = $2 AND tenant_id = $1 AND ($3::text IS NULL OR id = $3) RETURNING id`,
);

type FeedStore = Pick<
  CalendarStore,
  "createCalendarFeed" | "findCalendarFeed" | "listCalendarFeeds" | "deleteCalendarFeeds"
>;

/** The addresses at which calendars can be read. */
export function createFeeds(database: Database, write: Write): FeedStore {
  return {
    createCalendarFeed: ({ tokenHash, id, tenantId, recipientId, createdAtMs }, receipt) =>
      write(async ({ transaction }) => {
        const written = <Result>(result: Result) => ({ result, nowMs: createdAtMs });
        const [owner] = await transaction.run(LOCK_OWNER, [tenantId, recipientId]);
        if (!owner) return written("orphan");
        const before = await transaction.run(LIST, [tenantId, recipientId]);
        if (before.length >= MOST_FEEDS) return written("full");
        await keepReceipt(transaction, receipt);
        await transaction.run(INSERT, [tokenHash, id, tenantId, recipientId, whole(createdAtMs)]);
        return written("created");
      }),
    findCalendarFeed: async (tokenHash) => {
      const [row] = await database.run(FIND, [tokenHash]);
      return row ? toFeed(row) : null;
    },
    listCalendarFeeds: async (tenantId, recipientId) =>
      (await database.run(LIST, [tenantId, recipientId])).map(toFeed),
    deleteCalendarFeeds: async ({ tenantId, recipientId, id }) =>
      (await database.write(REMOVE, [tenantId, recipientId, id ?? null])).length,
  };
}

function toFeed(row: Row): CalendarFeed {
  return {
    tenantId: text(row, "tenant_id"),
    id: text(row, "id"),
    recipientId: text(row, "recipient_id"),
    tokenHash: text(row, "token_hash"),
    createdAtMs: integer(row, "created_at"),
  };
}
