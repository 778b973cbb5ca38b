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
  /** A herd is spread over so long from its due instant on, in ms; absent: not at all. */
  spreadMs?: number;
  /** Rings again until somebody acknowledges it; absent: once. */
  repeat?: RepeatPolicy;
  /** Rings also in the recipient's quiet hours. */
  urgent?: boolean;
  catchUp: CatchUp;
  /** How long after its due instant a delivery is still worth sending, in ms. */
  usefulForMs: number;
  retry: RetryPolicy;
  inDoubt: InDoubt;
}

/** How an occurrence is repeated until somebody acknowledges it. */
export interface RepeatPolicy {
  everyMs: number;
  /** At most so many times, after the first. */
  max: number;
  /** To whom it goes besides, from the n-th repeat on; absent: to nobody. */
  escalation?: Escalation;
}

export interface Escalation {
  /** From this repeat on, counted from 1. */
  after: number;
  to: Target;
  /** What it was planned with, if it goes to a recipient. */
  planned?: PlannedWith;
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
  { event: "lose its date", from: "active", to: "paused" },
  { event: "find its date", from: "paused", to: "active" },
  { event: "finish", from: "active", to: "finished" },
  { event: "finish", from: "paused", to: "finished" },
  { event: "cancel", from: "active", to: "cancelled" },
  { event: "cancel", from: "paused", to: "cancelled" },
  { event: "come back", from: "cancelled", to: "active" },
  { event: "come back", from: "cancelled", to: "paused" },
  { event: "come back", from: "finished", to: "active" },
  { event: "come back", from: "finished", to: "paused" },
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
  /** What it was planned with, if it goes to a recipient. */
  planned?: PlannedWith;
  /** The revision of its campaign that it was made from. */
  campaignRevision?: number;
  /** It was paused by its campaign, and goes on with it; absent: by its sender, or not at all. */
  restsWithCampaign?: true;
  /** What a resume said about all that was missed before it; present while there is more of that than was planned at once. */
  missed?: { catchUp: CatchUp; beforeMs: number };
}

/** An occurrence that the sender has taken out of the rule. */
export interface Skip {
  key: string;
  /** Its due instant, in ms since the epoch, as it was when it was taken out. */
  dueMs: number;
}

/** What of a recipient a reminder was planned with; a change of it plans the reminder anew. */
export interface PlannedWith {
  /** The recipient's epoch then. */
  epoch: number;
  /** Where it goes, in order; empty: they have no address that it could go to. */
  ways: readonly PlannedWay[];
  /** Their dates, if the rule reads one. */
  dates?: Readonly<Record<string, string>>;
  /** The date that they lack: it is paused until that is there. */
  waitsFor?: string;
  /** Whether its sender had paused it already when it began to wait. */
  wasPaused?: boolean;
}

/** A channel, and the host or account on it that is the unit of fairness. */
export interface PlannedWay {
  channel: string;
  destination: string;
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
  /** Whom it is for; null: a bare address or endpoint. */
  recipientId: string | null;
  /** The campaign that keeps it; null: none. */
  campaignId: string | null;
  /** How many occurrences of its rule have rung. */
  rung: number;
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
  const context = { acceptedAtMs: spec.anchorMs ?? createdAtMs, timeZone };
  const dates = spec.planned?.dates;
  return dates === undefined ? context : { ...context, dates: { ...dates } };
}
