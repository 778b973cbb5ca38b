import type { Content, JsonObject } from "../domain/content.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { OccurrenceKind } from "../domain/ids.ts";
import type { CatchUp, InDoubt, ReminderState } from "../domain/reminder.ts";
import type { Target } from "../domain/target.ts";
import type { Receipt } from "../store/access.ts";
import type { ReminderChanged, RingResult, StaleRevision } from "../store/store.ts";
import type { Occurrence } from "../time/schedule.ts";
import type { Acknowledging } from "./acknowledge.ts";
import type { RepeatRequest, RetryRequest, Tenant } from "./engine.ts";

/** What an edit replaces; null brings the default back. The shape has been checked; the meaning has not. */
export interface ReminderPatch {
  schedule?: unknown;
  to?: Target;
  content?: Content;
  catchUp?: CatchUp | null;
  /** ISO 8601 duration. */
  usefulFor?: string | null;
  retry?: RetryRequest | null;
  inDoubt?: InDoubt | null;
  /** ISO 8601 duration. */
  spread?: string | null;
  urgent?: boolean | null;
  repeat?: RepeatRequest | null;
  metadata?: JsonObject | null;
}

/** A reminder after a change, with what became of its deliveries. */
export interface ChangedReminder extends ReminderChanged {
  /** What was taken out of the rule. */
  skipped?: Occurrence;
}

/** What became of a change; all but `changed` say why nothing was changed. */
export type Changed =
  | ChangedReminder
  | StaleRevision
  | { kind: "missing" }
  /** It has finished or was cancelled. */
  | { kind: "over"; state: ReminderState }
  | { kind: "nothing-to-skip" }
  /** A worker holds what was to be skipped. */
  | { kind: "in-flight"; deliveryId: string };

export interface ChangeOptions {
  /** Only if the reminder has one of these revisions. */
  ifRevision?: readonly number[];
  /** Made from the result; commits with it. Not asked for when there was nothing to change. */
  receiptOf?: (changed: ChangedReminder) => Receipt;
}

/**
 * An occurrence by hand, of a reminder or of the reminder of a delivery. A delivery that is snoozed is
 * acknowledged with it, so that it nags no more until then.
 */
export type RingByHand = ({ reminderId: string } | { deliveryId: string }) & {
  kind: Extract<OccurrenceKind, "snooze" | "trigger">;
  /** The request's id: the same key of the same reminder rings once. */
  key: string;
  /** In ms since the epoch; null: now. */
  atMs: number | null;
  /** Made from what it became, one for each way that it goes; commits with it. */
  receiptOf?: (deliveries: readonly Delivery[]) => Receipt;
};

/** An occurrence that is still to come. */
export interface ComingOccurrence {
  occurrence: Occurrence;
  kind: OccurrenceKind;
  /** Null until it has become a delivery. */
  deliveryId: string | null;
}

/** Changing reminders that are there. A change that others make at once, again and again: ConflictError `reminder_changed`. */
export interface ReminderChanges {
  /** Replaces parts of a reminder and plans anew what is not yet sent. @throws InvalidInputError, ConflictError */
  edit(tenant: Tenant, id: string, patch: ReminderPatch, options?: ChangeOptions): Promise<Changed>;
  /** Rests the rule; what was asked for by hand still rings. @throws ConflictError */
  pause(tenant: Tenant, id: string, options?: ChangeOptions): Promise<Changed>;
  /** Goes on; `missed` says what becomes of what fell due meanwhile, by default the reminder's `catchUp`. @throws ConflictError */
  resume(tenant: Tenant, id: string, options?: ChangeOptions & { missed?: CatchUp }): Promise<Changed>;
  /**
   * Takes one occurrence out of the rule: the one with this nominal time, instant or wall clock, by default
   * the next.
   *
   * @throws InvalidInputError if the rule has no such occurrence to come, or two of them, ConflictError
   */
  skip(tenant: Tenant, id: string, options?: ChangeOptions & { occurrence?: string }): Promise<Changed>;
  /**
   * The same from a delivery: the occurrence that it is of if it waits still, else the next of its reminder.
   *
   * @throws ConflictError
   */
  skipFrom(tenant: Tenant, deliveryId: string, options?: ChangeOptions): Promise<Changed>;
  /**
   * Acknowledges the occurrence of a delivery: what waits of it, on any channel, is cancelled, and it is repeated
   * no more. Null if there is no such delivery; a second time changes nothing.
   */
  acknowledge: Acknowledging;
  /** Rings once outside the rule, and never shifts it. */
  ring(tenant: Tenant, request: RingByHand): Promise<RingResult>;
  /** What is to come, soonest first: what waits, then what the rule rings; null if there is no such reminder. */
  occurrences(tenantId: string, id: string, count: number): Promise<ComingOccurrence[] | null>;
}
