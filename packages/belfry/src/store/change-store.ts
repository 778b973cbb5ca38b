import type { Delivery } from "../domain/delivery.ts";
import type { Reminder, ReminderState } from "../domain/reminder.ts";
import type { Occurrence } from "../time/schedule.ts";
import type { Receipt } from "./access.ts";

/** A reminder as a reader sees it. */
export interface ReminderView {
  reminder: Reminder;
  /** The soonest occurrence that is not settled: of an open delivery, else the next to be promoted. */
  upcoming: Occurrence | null;
}

/** What a sender did to a reminder, as its event tells it. */
export type ChangeKind = "changed" | "paused" | "resumed" | "skipped";

/** A reminder as it shall be, with all that shall wait of it. */
export interface ReminderChange {
  kind: ChangeKind;
  /** With its version and its epoch bumped. */
  reminder: Reminder;
  /** The version from which it was made; another one refuses the change. */
  fromVersion: number;
  /**
   * Every delivery that shall wait then. One that waits already keeps its story and its next attempt
   * unless `movesInstants`; one that was withdrawn earlier comes back; one whose occurrence was sent, or
   * is being sent, is left out. What waits and is not among them is withdrawn.
   */
  deliveries: readonly Delivery[];
  /** Whether the deliveries' instants are new, as after a change of the schedule. */
  movesInstants: boolean;
  /** Why the others are withdrawn, in words. */
  reason: string;
  /** Occurrences that were due from here on and have been settled must not ring again. */
  spentFromMs: number;
  nowMs: number;
  /** Made from the result; commits with it. */
  receiptOf?: (result: ReminderChanged) => Receipt;
}

export interface ReminderChanged {
  kind: "changed";
  view: ReminderView;
  /** Deliveries that waited and do no more. */
  withdrawn: number;
  /** Deliveries that wait now. */
  planned: number;
  /** Deliveries that a worker holds. */
  inFlight: string[];
}

/** `conflict`: the reminder has moved on since it was read, or is no longer there. */
export type ChangeOutcome = ReminderChanged | { kind: "conflict" };

export interface SpentRequest {
  tenantId: string;
  reminderId: string;
  /** Occurrences of the reminder that were due from here on and have been settled count as spent. */
  dueFromMs: number;
  /** Which are asked for. */
  occurrenceIds: readonly string[];
}

/** An occurrence outside the rule. */
export interface RingRequest {
  tenantId: string;
  reminderId: string;
  /** Its epoch is the reminder's own at that moment. */
  delivery: Delivery;
  nowMs: number;
  receiptOf?: (delivery: Delivery) => Receipt;
}

export type RingResult =
  | { kind: "rung"; delivery: Delivery }
  | { kind: "missing" }
  | { kind: "over"; state: ReminderState };

/** Changing reminders that are there. */
export interface ChangeStore {
  /** Replaces a reminder and what waits of it, or nothing. */
  changeReminder(change: ReminderChange): Promise<ChangeOutcome>;
  /** Everything of a reminder that is not settled, soonest due first. */
  findOpenDeliveries(tenantId: string, reminderId: string): Promise<Delivery[]>;
  /** Which of the occurrences must not ring again. */
  findSpent(request: SpentRequest): Promise<ReadonlySet<string>>;
  /** Adds one delivery outside the rule; a reminder that has finished comes back for it. */
  ring(request: RingRequest): Promise<RingResult>;
}
