import type { Attempt, Delivery, DeliveryState } from "../domain/delivery.ts";
import type { OccurrenceKind } from "../domain/ids.ts";
import type { Occurrence } from "../time/schedule.ts";
import type { ReminderChange, ReminderChanged } from "./change-store.ts";

/** A delivery that is open when its reminder is changed. */
export interface OpenDelivery {
  id: string;
  occurrenceId: string;
  state: DeliveryState;
  kind: OccurrenceKind;
  story: readonly Attempt[];
  occurrence: Occurrence;
  sendAtMs: number;
  wasRedriven: boolean;
}

/** One that waits, and goes on waiting. */
export interface Kept {
  /** As it shall wait. */
  wanted: Delivery;
  /** Whether its instant is a new one. */
  moves: boolean;
}

/** What a change makes of what is open. */
export interface ChangePlan<Open extends OpenDelivery> {
  /** In a worker's hands. */
  leased: Open[];
  /** Waiting, and to wait on. */
  kept: Kept[];
  /** Waiting, and to do so no more. */
  withdrawn: Open[];
  /** Not there yet. */
  fresh: Delivery[];
}

/**
 * Sorts what is open by what becomes of it. An occurrence that is in a worker's hands may be on its way to
 * its old target: no second one is made.
 *
 * @param gone occurrences that must not ring again
 */
export function planChange<Open extends OpenDelivery>(
  open: readonly Open[],
  { deliveries, movesInstants }: Pick<ReminderChange, "deliveries" | "movesInstants">,
  gone: ReadonlySet<string>,
): ChangePlan<Open> {
  const wanted = new Map(deliveries.map((delivery) => [delivery.id, delivery]));
  const leased = open.filter(({ state }) => state === "leased");
  const sending = new Set(leased.map(({ occurrenceId }) => occurrenceId));
  const waiting = open.filter(({ state }) => state !== "leased");
  const known = new Set(open.map(({ id }) => id));
  return {
    leased,
    kept: waiting.flatMap((one) => {
      const delivery = wanted.get(one.id);
      return delivery ? [keptAs(one, delivery, movesInstants)] : [];
    }),
    withdrawn: waiting.filter(({ id }) => !wanted.has(id)),
    fresh: deliveries
      .filter(
        ({ id, occurrenceId }) => !known.has(id) && !sending.has(occurrenceId) && !gone.has(occurrenceId),
      )
      .map(inNobodysHands),
  };
}

/** Whoever asks for the change may have read it while a worker held it, which has let go of it since. */
function inNobodysHands(delivery: Delivery): Delivery {
  return { ...delivery, state: "scheduled", attempts: 0 };
}

/** One that was tried, or brought back by hand, keeps its next attempt, and its instant with that. */
function keptAs(open: OpenDelivery, wanted: Delivery, movesInstants: boolean): Kept {
  const isAsItWas = !movesInstants || JSON.stringify(open.occurrence) === JSON.stringify(wanted.occurrence);
  if (isAsItWas) return { wanted, moves: isLookedAtAnew(open, wanted) };
  if (open.state === "scheduled" && !open.wasRedriven) return { wanted, moves: true };
  const { occurrence } = open;
  const expiresAtMs = wanted.expiresAtMs - wanted.occurrence.dueMs + occurrence.dueMs;
  return { wanted: { ...wanted, occurrence, expiresAtMs }, moves: false };
}

/** One that was held back, and not tried, may be wanted sooner: whoever claims it judges it anew. */
function isLookedAtAnew({ state, story, sendAtMs, wasRedriven }: OpenDelivery, wanted: Delivery): boolean {
  return state === "scheduled" && story.length === 0 && !wasRedriven && wanted.sendAtMs < sendAtMs;
}

/** What was rung by hand may be tried again if the attempt fails; an occurrence that shall not wait ends with it. */
export function followsChange({ kind, id }: OpenDelivery, wantedIds: ReadonlySet<string>): boolean {
  return kind !== "rule" || wantedIds.has(id);
}

/** How the reminder stands after the change. */
export function changeResult(
  { reminder }: Pick<ReminderChange, "reminder">,
  { leased, kept, withdrawn, fresh }: ChangePlan<OpenDelivery>,
): ReminderChanged {
  const open: Occurrence[] = [
    ...leased.map(({ occurrence }) => occurrence),
    ...kept.map(({ wanted }) => wanted.occurrence),
    ...fresh.map(({ occurrence }) => occurrence),
  ];
  const all = reminder.next === null ? open : [...open, reminder.next];
  const upcoming = all.reduce<Occurrence | null>(
    (soonest, one) => (soonest !== null && soonest.dueMs <= one.dueMs ? soonest : one),
    null,
  );
  const isOver = all.length === 0;
  return {
    kind: "changed",
    view: { reminder: isOver ? { ...reminder, state: "finished" } : reminder, upcoming },
    withdrawn: withdrawn.length,
    planned: kept.length + fresh.length,
    inFlight: leased.map(({ id }) => id),
  };
}
