import type { Schedule } from "../time/schedule.ts";
import type { Content, JsonObject } from "./content.ts";
import type { Recipient } from "./recipient.ts";
import type { CatchUp, DeliveryPolicy, Reminder } from "./reminder.ts";
import type { Mode } from "./target.ts";

export const CAMPAIGN_STATES = ["active", "paused", "stopped"] as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[number];

/** One arrow of a campaign's state machine; `docs/architecture.md` draws it. */
export interface CampaignTransition {
  event: string;
  from: CampaignState | "none";
  to: CampaignState;
}

/** The whole state machine of campaigns; a test holds the drawing to it. */
export const CAMPAIGN_TRANSITIONS: readonly CampaignTransition[] = [
  { event: "create", from: "none", to: "active" },
  { event: "edit", from: "active", to: "active" },
  { event: "edit", from: "paused", to: "paused" },
  { event: "pause", from: "active", to: "paused" },
  { event: "pause", from: "paused", to: "paused" },
  { event: "resume", from: "paused", to: "active" },
  { event: "resume", from: "active", to: "active" },
  { event: "stop", from: "active", to: "stopped" },
  { event: "stop", from: "paused", to: "stopped" },
  { event: "stop", from: "stopped", to: "stopped" },
];

/** The state after an event; null if it has no arrow from this state. */
export function campaignAfter(event: string, from: CampaignState): CampaignState | null {
  return CAMPAIGN_TRANSITIONS.find((arrow) => arrow.event === event && arrow.from === from)?.to ?? null;
}

/** Who is meant: those that have every tag and every attribute; an empty one means all. */
export interface Audience {
  tags?: readonly string[];
  attributes?: Readonly<Record<string, string | number | boolean>>;
}

/** Whether an audience means a recipient. */
export function isMeant({ tags = [], attributes = {} }: Audience, recipient: Recipient): boolean {
  return (
    tags.every((tag) => recipient.tags.includes(tag)) &&
    Object.entries(attributes).every(([name, value]) => recipient.attributes[name] === value)
  );
}

/** What a campaign says. */
export interface CampaignSpec {
  name: string;
  audience: Audience;
  schedule: Schedule;
  content: Content;
  /** In this order; absent: those that each recipient has chosen. */
  channels?: readonly string[];
  mode?: Mode;
  /** All of it goes to this endpoint instead of each recipient's own addresses. */
  endpoint?: string;
  policy: DeliveryPolicy;
  metadata: JsonObject;
  /** Gives the content each recipient's calendar events that begin within so many ms; none: nothing is sent. */
  eventsWithinMs?: number;
  /** What a resume said about what fell due meanwhile; absent: as the policy's `catchUp` says. */
  missed?: CatchUp;
  /** What `in`, `every`, cron and counts count from, in ms since the epoch. */
  anchorMs: number;
  /** Whoever matches begins then, or when they were last changed: what fell due before it is nobody's. */
  sinceMs: number;
}

/** One spec for many: a reminder for each recipient that matches. */
export interface Campaign {
  tenantId: string;
  id: string;
  state: CampaignState;
  /** What has been changed so far, counted from 1. */
  revision: number;
  spec: CampaignSpec;
  walk: CampaignWalk;
  /** Rings all of them once; null: nothing is to be rung by hand. */
  trigger: CampaignTrigger | null;
  createdAtMs: number;
  updatedAtMs: number;
}

/** How far the campaign's reminders are in step with it. */
export interface CampaignWalk {
  /** The recipient that was looked at last; null: it has been round. */
  after: string | null;
  /** Recipients that were looked at since it was last changed. */
  lookedAt: number;
  /** Those of them that match. */
  matched: number;
}

export interface CampaignTrigger {
  /** Names this ring: each recipient gets it once. */
  key: string;
  atMs: number;
  /** The recipient that was looked at last. */
  after: string;
  /** Reminders that were rung. */
  rung: number;
}

/** The identity of what a campaign sends to a recipient, whatever becomes of the reminder. */
export function campaignSeries(campaignId: string, recipientId: string): string {
  return `${campaignId} ${recipientId}`;
}

/** A reminder as its campaign has it now: content is said once, for all of them. */
export function asOfCampaign(reminder: Reminder, { spec }: Campaign): Reminder {
  const { content, metadata } = spec;
  return { ...reminder, spec: { ...reminder.spec, content, metadata } };
}
