import type { Occurrence, Schedule } from "../time/schedule.ts";
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

/** What the sender said: fixed until an edit replaces it. */
export interface ReminderSpec {
  schedule: Schedule;
  target: Target;
  content: Content;
  policy: DeliveryPolicy;
  metadata: JsonObject;
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
  createdAtMs: number;
  updatedAtMs: number;
}
