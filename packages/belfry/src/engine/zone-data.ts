import { isByHand } from "../domain/delivery.ts";
import { StoreError } from "../domain/errors.ts";
import { canReminder, type Reminder } from "../domain/reminder.ts";
import type { ReminderPlace } from "../store/store.ts";
import { type Occurrence, type Plan, zoneDataVersion } from "../time/schedule.ts";
import type { ChangeKindOf, Changing } from "./change.ts";
import { sameOccurrence } from "./placed-anew.ts";
import type { EngineDeps } from "./ports.ts";
import { moved } from "./recipient-move.ts";
import { changedFrom, planOfReminder } from "./replan.ts";
import { turn } from "./turn.ts";

/** Reminders that are looked at between two notes of how far the walk has come. */
const PAGE = 500;

/** How far a walk has come, as the store keeps it. */
interface Walk {
  /** The zone data for which it is made. */
  to: string;
  after: ReminderPlace | null;
  lookedAt: number;
  moved: number;
}

/**
 * Plans anew what reads a wall clock, if the plans in the store were made with other zone data than this
 * process has. The walk over all reminders notes how far it has come, so that an end of the process in the
 * middle of it costs one page. Only what moves is written.
 */
export async function followZoneData(deps: EngineDeps, change: Changing): Promise<void> {
  const { store, observe, zoneData: to = zoneDataVersion() } = deps;
  const from = await store.readFact("zone-data");
  if (from === to) return;
  const walk = await walkOf(deps, to);
  const note = () => store.writeFact("zone-data-walk", JSON.stringify(walk));
  for (;;) {
    const page = await store.walkReminders(walk.after, PAGE);
    for (const reminder of page) if (await follow(deps, change, reminder, note)) walk.moved += 1;
    const last = page.at(-1);
    if (!last) break;
    walk.lookedAt += page.length;
    walk.after = { tenantId: last.tenantId, id: last.id };
    await note();
    await turn();
  }
  await store.writeFact("zone-data", to);
  await store.writeFact("zone-data-walk", null);
  const { lookedAt, moved } = walk;
  if (lookedAt > 0) observe?.({ kind: "zone-data", from, to, lookedAt, moved });
}

/** One that was begun for the same zone data goes on where it was. */
async function walkOf({ store }: EngineDeps, to: string): Promise<Walk> {
  const kept = await store.readFact("zone-data-walk");
  const walk = kept === null ? null : (JSON.parse(kept) as Walk);
  return walk?.to === to ? walk : { to, after: null, lookedAt: 0, moved: 0 };
}

/**
 * True if it moved. One that cannot be planned or written, or that others change at this moment, must not stop the
 * others.
 *
 * @param note writes how far the walk has come; rejects if the store takes nothing at all
 */
async function follow(
  deps: EngineDeps,
  change: Changing,
  reminder: Reminder,
  note: () => Promise<void>,
): Promise<boolean> {
  for (let isSecond = false; ; isSecond = true) {
    try {
      return await planAnew(deps, change, reminder);
    } catch (error) {
      if (isSecond || !(error instanceof StoreError)) {
        deps.onFault(`plan reminder ${reminder.id} with new zone data`, error);
        return false;
      }
      // If the store fails, that is no matter of this reminder: the walk goes on from here at the next start.
      await note();
    }
  }
}

async function planAnew(deps: EngineDeps, change: Changing, reminder: Reminder): Promise<boolean> {
  if (!canReminder("edit", reminder.state) || !mayHaveMoved(reminder)) return false;
  const { tenantId, id } = reminder;
  const tenant = await deps.store.findTenant(tenantId);
  if (!tenant) return false;
  const moves: Move[] = [];
  const changed = await change({ tenant, id }, movingWithZoneData(deps, moves));
  const move = moves.at(-1);
  if (changed.kind !== "changed" || !move) return false;
  tell(deps, reminder, move);
  return true;
}

/** @param moves receives what the change moved, the last try last */
function movingWithZoneData(deps: EngineDeps, moves: Move[]): ChangeKindOf {
  return {
    event: "edit",
    what: "moved",
    propose: async (standing) => {
      const { reminder, open, nowMs } = standing;
      const waiting = open.find((delivery) => !isByHand(delivery) && delivery.state === "scheduled");
      const move =
        moveOf(planOfReminder(reminder), waiting?.occurrence ?? reminder.next) ?? moveOfNext(reminder);
      if (move === null) return { kind: "unchanged" };
      moves.push(move);
      const after = changedFrom(reminder, nowMs, {});
      return { kind: "change", change: await moved(deps, standing, after, "the zone data was renewed") };
    },
  };
}

function tell({ observe }: EngineDeps, { tenantId, id: reminderId }: Reminder, { from, to }: Move): void {
  const toMs = to?.dueMs ?? null;
  observe?.({ kind: "zone-moved", tenantId, reminderId, nominal: from.nominal, fromMs: from.dueMs, toMs });
}

interface Move {
  from: Occurrence;
  /** Null: the rule rings it no more. */
  to: Occurrence | null;
}

/** What has no next occurrence may have one that waits to be sent. */
function mayHaveMoved(reminder: Reminder): boolean {
  const { timeZone } = planOfReminder(reminder);
  return timeZone !== null && (reminder.next === null || moveOfNext(reminder) !== null);
}

function moveOfNext(reminder: Reminder): Move | null {
  return moveOf(planOfReminder(reminder), reminder.next);
}

/** Where an occurrence is now; null if it has not moved. */
function moveOf(plan: Plan, from: Occurrence | null): Move | null {
  if (from === null) return null;
  const to = plan.next(from.dueMs - 1);
  if (to?.key === from.key && to.dueMs === from.dueMs) return null;
  return { from, to: sameOccurrence(plan, from) };
}
