import type { Delivery } from "../domain/delivery.ts";
import { ConflictError } from "../domain/errors.ts";
import { canReminder, type Reminder, revisionOf } from "../domain/reminder.ts";
import type { ReminderChange } from "../store/store.ts";
import type { Occurrence } from "../time/schedule.ts";
import type { Tenant } from "./engine.ts";
import type { Change } from "./observer.ts";
import type { EngineDeps } from "./ports.ts";
import type { Changed, ChangedReminder, ChangeOptions } from "./reminder-changes.ts";

/** Changes that others make at once are waited out so many times. */
const MOST_TRIES = 10;

/** How a reminder stands when a change is made. */
export interface Standing {
  tenant: Tenant;
  reminder: Reminder;
  /** Everything of it that is not settled, soonest due first. */
  open: readonly Delivery[];
  nowMs: number;
}

/** What is to become of it: a change, a refusal, or nothing at all. */
export type Proposal =
  | { kind: "change"; change: ProposedChange; skipped?: Occurrence }
  | { kind: "unchanged" }
  | Exclude<Changed, ChangedReminder>;

export type ProposedChange = Omit<ReminderChange, "fromVersion" | "nowMs" | "receiptOf">;

export type Propose = (standing: Standing) => Proposal | Promise<Proposal>;

/** One kind of change. */
export interface ChangeKindOf {
  /** As the state machine names it. */
  event: "edit" | "pause" | "resume" | "skip";
  /** As observers are told. */
  what: Change;
  /** Whether it is made also of a reminder that is over; default: no. */
  revives?: boolean;
  propose: Propose;
}

/** The worker's part: it lets go of what it has not begun to send. */
export interface Hands {
  /** Whether it holds any of these deliveries. */
  holds(deliveryIds: readonly string[]): boolean;
  /** Keeps it from claiming while `work` runs. */
  undisturbed<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Gives back those that it has not begun to send. */
  giveBack(deliveryIds: readonly string[]): Promise<void>;
}

export interface ChangeEvents {
  /** Deliveries are stored; the soonest is to be sent at this instant. */
  onStored: (sendAtMs: number) => void;
  /** A near window holds more occurrences than were made at once. */
  onMore: () => void;
}

/** Makes a change of one reminder. @throws ConflictError `reminder_changed`, and what its kind throws */
export type Changing = (
  reminder: { tenant: Tenant; id: string },
  kind: ChangeKindOf,
  options?: ChangeOptions,
) => Promise<Changed>;

/**
 * The frame of every change: reads how the reminder stands, asks what shall become of it, and writes that
 * if nothing has moved meanwhile; else it begins anew. What this worker holds and has not begun to send is
 * given back first, so that it is not told as being in flight.
 */
export function createChanging(deps: EngineDeps, hands: Hands, events: ChangeEvents): Changing {
  return async ({ tenant, id }, kind, options = {}) => {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const changed = await tryOnce({ deps, hands, events }, { tenant, id, kind, options });
      if (changed) return changed;
    }
    const message = "Cannot change the reminder: others change it at this moment; try again";
    throw new ConflictError("reminder_changed", message);
  };
}

interface World {
  deps: EngineDeps;
  hands: Hands;
  events: ChangeEvents;
}

interface Asked {
  tenant: Tenant;
  id: string;
  kind: ChangeKindOf;
  options: ChangeOptions;
}

/** Undefined if the reminder moved on meanwhile. */
async function tryOnce(world: World, asked: Asked): Promise<Changed | undefined> {
  // What is skipped must not be claimed meanwhile: it would ring all the same.
  const isAlone = asked.kind.event === "skip";
  if (!isAlone && !world.hands.holds(await leasedOf(world, asked))) return changeAsItStands(world, asked);
  return world.hands.undisturbed(async () => {
    await world.hands.giveBack(await leasedOf(world, asked));
    return changeAsItStands(world, asked);
  });
}

async function leasedOf({ deps: { store } }: World, { tenant, id }: Asked): Promise<string[]> {
  const open = await store.findOpenDeliveries(tenant.id, id);
  return open.filter((delivery) => delivery.state === "leased").map((delivery) => delivery.id);
}

async function changeAsItStands(world: World, asked: Asked): Promise<Changed | undefined> {
  const { deps } = world;
  const { tenant, id, kind, options } = asked;
  const view = await deps.store.findReminder(tenant.id, id);
  if (!view) return { kind: "missing" };
  const { reminder } = view;
  const revision = revisionOf(reminder);
  if (options.ifRevision && !options.ifRevision.includes(revision)) return { kind: "stale", revision };
  if (!isOpen(reminder) && !kind.revives) return { kind: "over", state: reminder.state };
  const open = await deps.store.findOpenDeliveries(tenant.id, id);
  const nowMs = Math.floor(deps.clock.now());
  const proposal = await kind.propose({ tenant, reminder, open, nowMs });
  if (proposal.kind === "unchanged") {
    const inFlight = open.filter((delivery) => delivery.state === "leased").map((delivery) => delivery.id);
    return { kind: "changed", view, withdrawn: 0, planned: open.length - inFlight.length, inFlight };
  }
  if (proposal.kind !== "change") return proposal;
  return write(world, asked, { proposal, reminder, open, nowMs });
}

function isOpen({ state }: Reminder): boolean {
  return canReminder("edit", state);
}

interface Written {
  proposal: Extract<Proposal, { kind: "change" }>;
  reminder: Reminder;
  open: readonly Delivery[];
  nowMs: number;
}

/** What was open when it was read may have been settled since: to another target it would go out again. */
function spentFromMs({ proposal, open }: Written): number {
  return open.reduce((ms, { occurrence }) => Math.min(ms, occurrence.dueMs), proposal.change.spentFromMs);
}

async function write({ deps, events }: World, asked: Asked, written: Written): Promise<Changed | undefined> {
  const { kind, options, tenant, id } = asked;
  const { proposal, reminder, nowMs } = written;
  const { receiptOf } = options;
  const skipped = proposal.skipped ? { skipped: proposal.skipped } : {};
  const result = await deps.store.changeReminder({
    ...proposal.change,
    spentFromMs: spentFromMs(written),
    fromVersion: reminder.version,
    nowMs,
    ...(receiptOf ? { receiptOf: (changed) => receiptOf({ ...changed, ...skipped }) } : {}),
  });
  if (result.kind === "conflict") return undefined;
  const { withdrawn } = result;
  deps.observe?.({ kind: "changed", what: kind.what, tenantId: tenant.id, reminderId: id, withdrawn });
  announce(deps, proposal.change, events);
  return { ...result, ...skipped };
}

function announce({ clock, tuning }: EngineDeps, change: ProposedChange, events: ChangeEvents): void {
  const { deliveries, reminder } = change;
  if (deliveries.length > 0) events.onStored(Math.min(...deliveries.map((delivery) => delivery.sendAtMs)));
  const isMore =
    reminder.state === "active" &&
    reminder.next !== null &&
    reminder.next.dueMs <= clock.now() + tuning.nearWindowMs;
  if (isMore) events.onMore();
}
