import type { Occurrence, PlanContext, Schedule } from "../time/schedule.ts";
import type { Content, JsonObject } from "./content.ts";
import type { RetryPolicy } from "./retry.ts";
import type { Target } from "./target.ts";

/** Every state of a reminder; `docs/architecture.md` draws them. */
export const REMINDER_STATES = ["active", "paused", "finished", "cancelled"] as const;
export type ReminderState = (typeof REMINDER_STATES)[number];

/** What to do about occurrences that were found late; for recurring rules only. */
export const CATCH_UPS = ["latest", "all", "none"] as const;
export type CatchUp = (typeof CATCH_UPS)[number];

/** What to do with a delivery whose worker died between sending and settling. */
export const IN_DOUBTS = ["resend", "hold"] as const;
export type InDoubt = (typeof IN_DOUBTS)[number];

/** How the deliveries of a reminder are treated. */
export interface DeliveryPolicy {
  catchUp: CatchUp;
  /** How long after its due instant a delivery is still worth sending, in ms. */
  usefulForMs: number;
  retry: RetryPolicy;
  inDoubt: InDoubt;
}

/** One arrow of a reminder's state machine; `docs/architecture.md` draws it. */
export interface ReminderTransition {
  event: string;
  from: ReminderState | "none";
  to: ReminderState;
}

/** The whole state machine of a reminder. */
export const REMINDER_TRANSITIONS: readonly ReminderTransition[] = [
  { event: "accept", from: "none", to: "active" },
  { event: "edit", from: "active", to: "active" },
  { event: "edit", from: "paused", to: "paused" },
  { event: "skip", from: "active", to: "active" },
  { event: "skip", from: "paused", to: "paused" },
  { event: "pause", from: "active", to: "paused" },
  { event: "resume", from: "paused", to: "active" },
  { event: "finish", from: "active", to: "finished" },
  { event: "finish", from: "paused", to: "finished" },
  { event: "cancel", from: "active", to: "cancelled" },
  { event: "cancel", from: "paused", to: "cancelled" },
];

/** Whether an event has an arrow from a state. */
export function canReminder(event: string, from: ReminderState): boolean {
  return REMINDER_TRANSITIONS.some((arrow) => arrow.event === event && arrow.from === from);
}

/** What the sender said: fixed until an edit replaces it. */
export interface ReminderSpec {
  schedule: Schedule;
  /** What `in`, `every`, cron and counts count from, in ms since the epoch; absent: the reminder's creation. */
  anchorMs?: number;
  target: Target;
  content: Content;
  policy: DeliveryPolicy;
  metadata: JsonObject;
  /** What a resume said about all that was missed before it; present while there is more of that than was planned at once. */
  missed?: { catchUp: CatchUp; beforeMs: number };
}

/** An occurrence that the sender has taken out of the rule. */
export interface Skip {
  key: string;
  /** Its due instant, in ms since the epoch, as it was when it was taken out. */
  dueMs: number;
}

/** One schedule, one content, one recipient. */
export interface Reminder {
  tenantId: string;
  id: string;
  state: ReminderState;
  /** Bumped by every write; a promotion made from an older one is refused. */
  version: number;
  /** Bumped by cancel, edit and move; a delivery of an older epoch is never sent. */
  epoch: number;
  /** The identity of its occurrences: its own id, or campaign x recipient. */
  series: string;
  /** The zone in which a floating rule is read. */
  timeZone: string;
  spec: ReminderSpec;
  /** The next occurrence to be promoted, or null when the rule has no more. */
  next: Occurrence | null;
  /** Occurrences that are not to ring. */
  skips: readonly Skip[];
  createdAtMs: number;
  updatedAtMs: number;
}

/** What its sender has changed so far, counted from 1; the rule's own progress does not move it. */
export function revisionOf(reminder: Pick<Reminder, "epoch">): number {
  return reminder.epoch + 1;
}

/** What becomes of what the rule has missed where the reminder stands. */
export function catchUpOf({ spec: { missed, policy }, next }: Reminder): CatchUp {
  const wasResumedAfter = missed !== undefined && next !== null && next.dueMs < missed.beforeMs;
  return wasResumedAfter ? missed.catchUp : policy.catchUp;
}

/** What the reminder's schedule is read against. */
export function planContextOf({ spec, createdAtMs, timeZone }: Reminder): PlanContext {
  return { acceptedAtMs: spec.anchorMs ?? createdAtMs, timeZone };
}
