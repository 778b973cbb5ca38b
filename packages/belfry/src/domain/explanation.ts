import type { Occurrence } from "../time/schedule.ts";
import type { Delivery, DeliveryState } from "./delivery.ts";
import type { OccurrenceKind } from "./ids.ts";
import type { ReminderState } from "./reminder.ts";

/** The rule of a reminder, as it is read. */
export interface RuleExplained {
  /** In words: `every weekday at 08:30, Europe/Paris`. */
  text: string;
  /** The zone it is read in; null for instants, `in` and `every`. */
  timeZone: string | null;
  /** Whose zone that is; null if there is none. */
  zoneOf: "rule" | "recipient" | "tenant" | null;
  /** The version of the zone data now. */
  zoneData: string;
}

/** The recipient of a reminder, and with what of them it was planned. */
export interface RecipientExplained {
  id: string;
  /** Counts what moved their plans; null: they are deleted. */
  epoch: number | null;
  /** Theirs when it was planned. */
  plannedEpoch: number;
  quietHours: { from: string; to: string; days?: readonly number[] } | null;
  timeZone: string | null;
}

/** One occurrence: what the rule says, and how that became an instant. */
export interface OccurrenceExplained {
  kind: OccurrenceKind;
  occurrence: Occurrence;
  /** The wall clock at its due instant where it goes, and that zone. */
  local: { time: string; timeZone: string };
  /** The instant that the zone data, and the rule, of now give it, if that is another one; else null. */
  dueNowMs: number | null;
}

/** An occurrence to come. */
export interface ComingExplained extends OccurrenceExplained {
  /** Null until it has become a delivery. */
  deliveryId: string | null;
  /** When it is to go out: due, or later by `spread` and quiet hours. */
  sendAtMs: number;
  /** Why later than due, in words; empty: it is not. */
  delays: readonly string[];
  /** From then on it is no longer worth sending. */
  expiresAtMs: number;
  /** Whether it expires before it could go out. */
  expires: boolean;
}

/** Why a reminder rings, or does not. */
export const OUTLOOKS = [
  "rings",
  "being-delivered",
  "waits-for-date",
  "paused",
  "campaign-paused",
  "campaign-stopped",
  "recipient-deleted",
  "finished",
  "cancelled",
] as const;
export type Outlook = (typeof OUTLOOKS)[number];

/** What is to be said of one occurrence of a rule. */
export const ANSWERS = [
  "delivery",
  "to-come",
  "over",
  "skipped",
  "before",
  "sent-before",
  "nothing-kept",
  "not-of-the-rule",
] as const;

/** What became of the occurrence that was asked for, or why nothing did. */
export interface OccurrenceAsked {
  kind: (typeof ANSWERS)[number];
  text: string;
  /** Null if the rule has no such occurrence. */
  happened: OccurrenceExplained | null;
  deliveryIds: readonly string[];
}

export interface ReminderExplained {
  reminderId: string;
  state: ReminderState;
  rule: RuleExplained;
  recipient: RecipientExplained | null;
  campaign: { id: string; state: string | null } | null;
  outlook: { kind: Outlook; text: string };
  /** Soonest first; empty where nothing is to come. */
  coming: readonly ComingExplained[];
  /** Nominal keys that were taken out of the rule. */
  skipped: readonly { key: string; dueMs: number }[];
  /** Its latest deliveries, latest due first. */
  past: readonly Pick<Delivery, "id" | "state" | "reason" | "occurrence">[];
  /** Null: nobody has asked for one. */
  asked: OccurrenceAsked | null;
}

/** What becomes of a delivery next, or why it was not sent. */
export const FATES = [
  "waits",
  "held-back",
  "retries",
  "being-sent",
  "delivered",
  "dead",
  "expired",
  "cancelled",
] as const;
export type Fate = (typeof FATES)[number];

export interface DeliveryExplained {
  deliveryId: string;
  reminderId: string;
  state: DeliveryState;
  rule: RuleExplained | null;
  recipient: RecipientExplained | null;
  happened: OccurrenceExplained;
  plan: {
    acceptedAtMs: number;
    promotedAtMs: number;
    /** The reminder's epoch when it was planned last, and now; null: the reminder is no longer kept. */
    epoch: number;
    epochNow: number | null;
    sendAtMs: number;
    /** How long after due `spread` has put it. */
    spreadMs: number;
    expiresAtMs: number;
    /** What it stands for, and what held it back, in words. */
    note: string | null;
  };
  /** How late its first attempt, or the one that delivered, began; null: none was made. */
  latenessMs: number | null;
  attempts: Delivery["story"];
  acknowledgement: { atMs: number; deliveryId: string; snoozeId: string | null } | null;
  /** Deliveries that follow it by itself, in words; empty: none. */
  onward: readonly string[];
  fate: { kind: Fate; text: string };
}
