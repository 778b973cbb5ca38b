import type { Audience } from "./campaign.ts";
import type { Content } from "./content.ts";
import type { DeliveryState } from "./delivery.ts";
import type { OccurrenceKind } from "./ids.ts";
import type { RecipientProfile } from "./recipient.ts";
import type { CatchUp } from "./reminder.ts";
import type { Mode, Target } from "./target.ts";

/** A stretch of time; `toMs` is its end and no longer part of it. In ms since the epoch. */
export interface Stretch {
  fromMs: number;
  toMs: number;
}

/** A recipient as a simulation knows them: by one id, which targets and changes name too. */
export interface SimulatedRecipient extends Partial<RecipientProfile> {
  id: string;
  /** What they are called in the report; default: the id. */
  name?: string;
}

/** What of a reminder and of a campaign is alike; as a sender says it. */
interface SimulatedRule {
  /** What it is called in the report. */
  id: string;
  schedule: unknown;
  content: Content;
  catchUp?: CatchUp;
  usefulFor?: string;
  spread?: string;
  urgent?: boolean;
  repeat?: { every: string; max: number; escalation?: { after: number; to: Target } };
}

export interface SimulatedReminder extends SimulatedRule {
  to: Target;
}

export interface SimulatedCampaign extends SimulatedRule {
  /** Left out: everybody. */
  audience?: Audience;
  channels?: readonly string[];
  mode?: Mode;
  /** All of it goes to this endpoint. */
  endpoint?: string;
}

/** What becomes of a recipient at an instant. */
export interface SimulatedChange {
  atMs: number;
  recipient: string;
  /** A zone that they move to. */
  timeZone?: string;
  /** Dates that are corrected; the others stay. */
  dates?: Readonly<Record<string, string>>;
}

/** What is to be rehearsed on a clock of its own. */
export interface SimulationRequest extends Stretch {
  /** The zone in which floating rules without a recipient are read. */
  timeZone: string;
  recipients: readonly SimulatedRecipient[];
  reminders: readonly SimulatedReminder[];
  campaigns: readonly SimulatedCampaign[];
  /** Times in which nothing runs. What overlaps is one. */
  outages: readonly Stretch[];
  changes: readonly SimulatedChange[];
}

/** Who watches a simulation. */
export interface SimulationWatch {
  /** How far it is, from 0 to 1. */
  onProgress(share: number): void;
  /** Breaks it off when it is aborted. */
  signal: AbortSignal;
}

/** One delivery of a simulation. */
export interface SimulatedDelivery {
  deliveryId: string;
  /** The reminder or campaign that it is of, as the request calls it. */
  source: string;
  /** Null: a bare address or endpoint. */
  recipient: string | null;
  channel: string;
  kind: OccurrenceKind;
  /** What names its occurrence in its series: the nominal time, or the year. */
  key: string;
  nominal: string;
  dueMs: number;
  /** When it was sent; null if it was not. */
  sentMs: number | null;
  /** From due to sent. */
  latenessMs: number | null;
  state: DeliveryState;
  /** How its nominal time became an instant. */
  resolved: "exact" | "gap" | "fold" | "leap-day";
  /** The zone that it was read in; null for instants and intervals. */
  timeZone: string | null;
  /** When it was sent, else when it was due, on the clocks of that zone: `2027-03-15T09:00`. */
  local: string;
  /** Why it is not as the rule says, in words; null where it is. */
  reason: string | null;
}

/** What would go to whom and when. */
export interface SimulationReport extends Stretch {
  zoneData: string;
  /** By the instant at which they were sent, or were due. */
  deliveries: SimulatedDelivery[];
  /** Reminders and campaigns that are over by then, or cannot be taken, with the reason. */
  leftOut: { id: string; reason: string }[];
  /** What went wrong inside, in words; empty where all is well. */
  faults: string[];
}
