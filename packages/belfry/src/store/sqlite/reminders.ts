import type { DatabaseSync } from "node:sqlite";
import type { ReminderState } from "../../domain/reminder.ts";
import type { Occurrence } from "../../time/schedule.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import type { Page, PageRequest, ReminderView } from "../store.ts";
import { integer, json, REMINDER_COLUMNS, type Row, toReminder } from "./rows.ts";

/** Reading reminders, from the hot rows and the history alike. */
export function createReminderReads(db: DatabaseSync) {
  const both = `SELECT ${REMINDER_COLUMNS} FROM reminders WHERE tenant_id = ?1 AND %
    UNION ALL SELECT ${REMINDER_COLUMNS} FROM reminders_history WHERE tenant_id = ?1 AND %`;
  const find = db.prepare(both.replaceAll("%", "id = ?2"));
  const list = db.prepare(
    `${both.replaceAll("%", "id < ?2 AND (?3 IS NULL OR state = ?3)")} ORDER BY id DESC LIMIT ?4`,
  );
  const open = db.prepare(
    "SELECT due_at, occurrence FROM deliveries WHERE tenant_id = ? AND reminder_id = ? ORDER BY due_at LIMIT 1",
  );

  const toView = (row: Row): ReminderView => {
    const reminder = toReminder(row);
    const soonest = open.get(reminder.tenantId, reminder.id) as Row | undefined;
    const isSooner = soonest && (reminder.next === null || integer(soonest, "due_at") <= reminder.next.dueMs);
    return { reminder, upcoming: isSooner ? json<Occurrence>(soonest, "occurrence") : reminder.next };
  };

  return {
    find: (tenantId: string, id: string): ReminderView | null => {
      const row = find.get(tenantId, id) as Row | undefined;
      return row ? toView(row) : null;
    },
    list: (request: PageRequest & { state: ReminderState | undefined }): Page<ReminderView> => {
      // "~" sorts after every id.
      const [before = "~"] = request.after === undefined ? [] : decodeCursor(request.after, ["string"]);
      const rows = list.all(request.tenantId, before, request.state ?? null, request.limit + 1) as Row[];
      const items = rows.slice(0, request.limit).map(toView);
      const last = items.at(-1);
      return {
        items,
        nextCursor: rows.length > request.limit && last ? encodeCursor([last.reminder.id]) : undefined,
      };
    },
  };
}
