import type { ReminderState } from "../../domain/reminder.ts";
import type { CampaignKeep, CampaignKeeping, Kept } from "../store.ts";
import { holdBases } from "./campaign-basis.ts";
import { insertDeliveries } from "./delivery-insert.ts";
import { retireReminders } from "./history.ts";
import { keyArrays } from "./locks.ts";
import { type Notices, tellDue } from "./notices.ts";
import { REMINDERS, text } from "./rows.ts";
import { rememberRecent } from "./spent.ts";
import { statement } from "./statement.ts";
import type { Write, Writing } from "./writing.ts";

const INSERT = statement(
  "keep_reminders",
  `INSERT INTO reminders (${REMINDERS.columns}) SELECT * FROM ${REMINDERS.unnest(1)}
   ON CONFLICT (tenant_id, id) DO NOTHING RETURNING id`,
);
const FORGET = statement(
  "forget_past_reminders",
  `DELETE FROM reminders_history h USING unnest($1::text[], $2::text[]) AS x (tenant_id, id)
   WHERE h.tenant_id = x.tenant_id AND h.id = x.id RETURNING h.id, h.state`,
);

/** Stores the reminders that campaigns keep, each if there is none and it is still what its campaign wants. */
export function createKeepReminders(write: Write, notices: Notices) {
  return (keeping: CampaignKeeping): Promise<Kept[]> =>
    write(async (writing) => ({ result: await keep(writing, keeping, notices), nowMs: keeping.nowMs }));
}

async function keep(writing: Writing, keeping: CampaignKeeping, notices: Notices): Promise<Kept[]> {
  const { transaction, ledger } = writing;
  const { tenantId, keeps, nowMs } = keeping;
  const bases = keeps.map(({ basis }) => basis);
  const held = await holdBases(transaction, tenantId, bases);
  const wanted = keeps.filter(({ basis }) => held.has(basis));
  const rows = wanted.length === 0 ? [] : await insert(writing, wanted);
  const inserted = new Set(rows);
  const kept = wanted.filter(({ reminder }) => inserted.has(reminder.id));
  await forgetPast(writing, kept, keeping);
  for (const { reminder } of kept) {
    ledger.moved({ tenantId, kind: "reminder", from: null, to: reminder.state });
    const event = { type: "reminder.accepted", deliveryId: null, reason: null } as const;
    ledger.note({ tenantId, reminderId: reminder.id, atMs: nowMs, ...event });
  }
  const deliveries = kept.flatMap((one) => one.deliveries);
  await insertDeliveries(transaction, deliveries, { ledger, nowMs });
  // All that one was to ring may have been sent before.
  const over = kept.filter(({ reminder }) => reminder.next === null).map(keyOf);
  await retireReminders(transaction, over, { ledger, nowMs });
  await tellDue(transaction, notices, { deliveries, nowMs });
  return keeps.map(({ basis, reminder }) => {
    if (!held.has(basis)) return "moved";
    return inserted.has(reminder.id) ? "kept" : "known";
  });
}

async function insert({ transaction }: Writing, keeps: readonly CampaignKeep[]): Promise<string[]> {
  const rows = await transaction.run(INSERT, REMINDERS.parameters(keeps.map(({ reminder }) => reminder)));
  return rows.map((row) => text(row, "id"));
}

/** Those that come back leave the history; what they rang of late must not ring again. */
async function forgetPast(
  { transaction, ledger }: Writing,
  kept: readonly CampaignKeep[],
  { tenantId, spentFromMs }: CampaignKeeping,
): Promise<void> {
  if (kept.length === 0) return;
  for (const row of await transaction.run(FORGET, keyArrays(kept.map(keyOf)))) {
    const from = text(row, "state") as ReminderState;
    ledger.moved({ tenantId, kind: "reminder", from, to: null });
    await rememberRecent(transaction, { tenantId, reminderId: text(row, "id"), dueFromMs: spentFromMs });
  }
}

function keyOf({ reminder: { tenantId, id: reminderId } }: CampaignKeep) {
  return { tenantId, reminderId };
}
