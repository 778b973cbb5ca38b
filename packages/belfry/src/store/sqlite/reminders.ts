import type { DatabaseSync } from "node:sqlite";
import type { Reminder, ReminderState } from "../../domain/reminder.ts";
import type { Occurrence } from "../../time/schedule.ts";
import { decodeCursor } from "../cursor.ts";
import { pageOf } from "../page.ts";
import type { FoundReminder, Page, PageRequest, ReminderOwner, ReminderView } from "../store.ts";
import { integer, json, REMINDER_COLUMNS, type Row, toReminder } from "./rows.ts";

const HOT = `SELECT ${REMINDER_COLUMNS} FROM reminders`;
const SETTLED = `SELECT ${REMINDER_COLUMNS} FROM reminders_history`;

/** Reading reminders, from the hot rows and the history alike. */
export function createReminderReads(db: DatabaseSync) {
  const find = db.prepare(
    `${HOT} WHERE tenant_id = ?1 AND id = ?2 UNION ALL ${SETTLED} WHERE tenant_id = ?1 AND id = ?2`,
  );
  const open = db.prepare(
    "SELECT due_at, occurrence FROM deliveries WHERE tenant_id = ? AND reminder_id = ? ORDER BY due_at LIMIT 1",
  );
  const list = createListReads(db);

  const toView = (row: Row): ReminderView => {
    const reminder = toReminder(row);
    const soonest = open.get(reminder.tenantId, reminder.id) as Row | undefined;
    const isSooner = soonest && (reminder.next === null || integer(soonest, "due_at") <= reminder.next.dueMs);
    return { reminder, upcoming: isSooner ? json<Occurrence>(soonest, "occurrence") : reminder.next };
  };

  return {
    findOf: createOwnedRead(db),
    findSome: createReadOfSome(db),
    find: (tenantId: string, id: string): ReminderView | null => {
      const row = find.get(tenantId, id) as Row | undefined;
      return row ? toView(row) : null;
    },
    list: (request: PageRequest & { state: ReminderState | undefined }): Page<ReminderView> => {
      // "~" sorts after every id.
      const [before = "~"] =
        request.after === undefined ? [] : decodeCursor("reminders", request.after, ["string"]);
      const rows = list(request.state, [request.tenantId, before, request.limit + 1]);
      const placeOf = ({ reminder }: ReminderView) => [reminder.id];
      return pageOf(rows, { list: "reminders", limit: request.limit, toItem: toView, placeOf });
    },
  };
}

/** Each is looked for by its key: among the hot rows first. */
function createReadOfSome(db: DatabaseSync) {
  const hot = db.prepare(`${HOT} WHERE tenant_id = ? AND id = ?`);
  const settled = db.prepare(`${SETTLED} WHERE tenant_id = ? AND id = ?`);
  return (tenantId: string, ids: readonly string[]): FoundReminder[] =>
    ids.flatMap((id): FoundReminder[] => {
      const row = hot.get(tenantId, id) as Row | undefined;
      if (row) return [{ reminder: toReminder(row), isHot: true }];
      const past = settled.get(tenantId, id) as Row | undefined;
      return past ? [{ reminder: toReminder(past), isHot: false }] : [];
    });
}

function createOwnedRead(db: DatabaseSync) {
  const of = (owner: string) =>
    db.prepare(
      `${HOT} INDEXED BY reminders_${owner} WHERE tenant_id = ?1 AND ${owner}_id = ?2 AND ${owner}_id IS NOT NULL AND id > ?3
       AND state IN ('active', 'paused') ORDER BY id LIMIT ?4`,
    );
  const [ofRecipient, ofCampaign] = [of("recipient"), of("campaign")];
  return (owner: ReminderOwner): Reminder[] => {
    const { tenantId, afterId, limit } = owner;
    const rows =
      "recipientId" in owner
        ? ofRecipient.all(tenantId, owner.recipientId, afterId, limit)
        : ofCampaign.all(tenantId, owner.campaignId, afterId, limit);
    return (rows as Row[]).map(toReminder);
  };
}

/** A statement for each kind of filter: a state is looked for only where it can be, by an index in order. */
function createListReads(db: DatabaseSync) {
  const page = "tenant_id = ?1 AND id < ?2";
  const order = "ORDER BY id DESC LIMIT ?3";
  const idle = `${HOT} INDEXED BY reminders_idle WHERE ${page} AND state <> 'active'`;
  const cancelled = `${SETTLED} INDEXED BY reminders_history_cancelled WHERE ${page} AND state = 'cancelled'`;
  const all = db.prepare(`${HOT} WHERE ${page} UNION ALL ${SETTLED} WHERE ${page} ${order}`);
  const byState = {
    active: db.prepare(`${HOT} WHERE ${page} AND state = 'active' ${order}`),
    paused: db.prepare(`${idle} AND state = 'paused' ${order}`),
    // Those that have come back for a while are among the hot ones.
    finished: db.prepare(
      `${idle} AND state = 'finished' UNION ALL ${SETTLED} WHERE ${page} AND state = 'finished' ${order}`,
    ),
    cancelled: db.prepare(`${idle} AND state = 'cancelled' UNION ALL ${cancelled} ${order}`),
  };
  return (state: ReminderState | undefined, values: (string | number)[]): Row[] =>
    (state === undefined ? all : byState[state]).all(...values);
}
