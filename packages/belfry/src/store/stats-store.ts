import type { DeliveryState } from "../domain/delivery.ts";
import type { ReminderState } from "../domain/reminder.ts";

/** How many rows are in each state, those of the history that are still kept among them. */
export interface Counts {
  reminders: Record<ReminderState, number>;
  deliveries: Record<DeliveryState, number>;
}

/** What was settled in a stretch of time. */
export interface WindowSums {
  delivered: number;
  dead: number;
  expired: number;
  attempts: number;
  failedAttempts: number;
  /** Due to start of the first attempt, counted by bucket (`domain/quantiles.ts`). */
  lateness: ReadonlyMap<number, number>;
  /** Start to end of every attempt, counted by bucket. */
  latency: ReadonlyMap<number, number>;
}

/** So that counting takes a few milliseconds at most. */
export const MOST_COUNTED = 10_000;

export interface StatsStore {
  /** Of one tenant, or of all. Cheap: nothing is counted for it. */
  counts(tenantId?: string): Promise<Counts>;
  /** The earliest due instant among open deliveries in a state; null if there is none among the earliest 1000. */
  oldestDue(state: "scheduled" | "leased" | "retrying", tenantId?: string): Promise<number | null>;
  /** How many deliveries of all tenants are to be sent by now and are unclaimed, counted up to MOST_COUNTED. */
  countWaiting(nowMs: number): Promise<number>;
  /** What was settled from the minute of `fromMs` on, until that of `toMs` begins. */
  sums(tenantId: string, fromMs: number, toMs: number): Promise<WindowSums>;
  /** How many occurrences are due in each of `minutes` minutes from `fromMs` on; a rule counts its next one only. */
  load(tenantId: string, fromMs: number, minutes: number): Promise<number[]>;
}
