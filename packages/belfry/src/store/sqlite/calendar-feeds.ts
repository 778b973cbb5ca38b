import type { DatabaseSync } from "node:sqlite";
import { type CalendarFeed, MOST_FEEDS } from "../../domain/calendar-feed.ts";
import type { Receipt } from "../access.ts";
import type { CalendarFeedRemoval } from "../calendar-store.ts";
import { integer, type Row, text } from "./rows.ts";

const COLUMNS = "token_hash, id, tenant_id, recipient_id, created_at";

/** The addresses at which calendars can be read. */
export function createCalendarFeeds(db: DatabaseSync, keepReceipt: (receipt: Receipt) => void) {
  const owner = db.prepare("SELECT 1 FROM recipients WHERE tenant_id = ? AND id = ?");
  const insert = db.prepare(`INSERT INTO calendar_feeds (${COLUMNS}) VALUES (?, ?, ?, ?, ?)`);
  const find = db.prepare(`SELECT ${COLUMNS} FROM calendar_feeds WHERE token_hash = ?`);
  const ofOwner = db.prepare(
    `SELECT ${COLUMNS} FROM calendar_feeds WHERE tenant_id = ? AND recipient_id = ? ORDER BY id`,
  );
  const remove = db.prepare(
    "DELETE FROM calendar_feeds WHERE tenant_id = ?1 AND recipient_id = ?2 AND (?3 IS NULL OR id = ?3)",
  );
  const list = (tenantId: string, recipientId: string): CalendarFeed[] =>
    (ofOwner.all(tenantId, recipientId) as Row[]).map(toFeed);
  return {
    create: (feed: CalendarFeed, receipt?: Receipt): "created" | "full" | "orphan" => {
      const { tenantId, recipientId, id, tokenHash, createdAtMs } = feed;
      if (owner.get(tenantId, recipientId) === undefined) return "orphan";
      if (list(tenantId, recipientId).length >= MOST_FEEDS) return "full";
      if (receipt) keepReceipt(receipt);
      insert.run(tokenHash, id, tenantId, recipientId, Math.floor(createdAtMs));
      return "created";
    },
    find: (tokenHash: string): CalendarFeed | null => {
      const row = find.get(tokenHash) as Row | undefined;
      return row ? toFeed(row) : null;
    },
    list,
    delete: ({ tenantId, recipientId, id }: CalendarFeedRemoval): number =>
      Number(remove.run(tenantId, recipientId, id ?? null).changes),
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
