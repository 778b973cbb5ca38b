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
  /** One for each way that it goes; their epoch is the reminder's own at that moment. */
  deliveries: readonly Delivery[];
  /** The delivery that is snoozed with it: its occurrence is acknowledged, in the same commit. */
  snoozes?: string;
  nowMs: number;
  receiptOf?: (deliveries: readonly Delivery[]) => Receipt;
}

export type RingResult =
  | { kind: "rung"; deliveries: Delivery[] }
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
  /** Adds an occurrence outside the rule; a reminder that has finished comes back for it. */
  ring(request: RingRequest): Promise<RingResult>;
  /**
   * Somebody has acknowledged an occurrence: what waits of it, and of what repeats it, is cancelled, and it is
   * repeated no more; what a worker holds is not tried again. Null if there is no such delivery. A second time
   * changes nothing.
   */
  acknowledge(request: AcknowledgeRequest): Promise<Acknowledged | null>;
  /** Those that there are of occurrences, by their ids. */
  findAcknowledgements(
    tenantId: string,
    occurrenceIds: readonly string[],
  ): Promise<ReadonlyMap<string, Acknowledgement>>;
}

/** That somebody has acknowledged an occurrence. */
export interface Acknowledgement {
  /** By which delivery. */
  deliveryId: string;
  acknowledgedAtMs: number;
  /** The delivery that it was snoozed to last; null: it was not. */
  snoozeId: string | null;
}

export interface AcknowledgeRequest {
  tenantId: string;
  deliveryId: string;
  nowMs: number;
  receiptOf?: (acknowledged: Acknowledged) => Receipt;
}

export interface Acknowledged {
  delivery: Delivery;
  acknowledgedAtMs: number;
  /** Whether it was acknowledged before, so that nothing has changed. */
  isRepeat: boolean;
  /** Deliveries that waited and are cancelled. */
  cancelled: number;
  /** Deliveries that a worker held. */
  inFlight: string[];
}
