import type { Occurrence } from "../time/schedule.ts";
import type { OccurrenceKind } from "./ids.ts";
import type { ProviderResponse } from "./outcome.ts";

/** Every state of a delivery. The settled ones end it, until someone redrives it. */
export const DELIVERY_STATES = [
  "scheduled",
  "leased",
  "retrying",
  "delivered",
  "dead",
  "expired",
  "cancelled",
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** The states in which a delivery rests in the history. */
export type SettledState = "delivered" | "dead" | "expired" | "cancelled";

/** One arrow of the state machine. */
export interface Transition {
  event: string;
  from: DeliveryState | "none";
  to: DeliveryState | "none";
}

/** The whole state machine; `docs/architecture.md` draws it and a test holds the two together. */
export const TRANSITIONS: readonly Transition[] = [
  { event: "promote", from: "none", to: "scheduled" },
  { event: "claim", from: "scheduled", to: "leased" },
  { event: "claim", from: "retrying", to: "leased" },
  { event: "lease ends", from: "leased", to: "leased" },
  { event: "release", from: "leased", to: "scheduled" },
  { event: "release", from: "leased", to: "retrying" },
  { event: "deliver", from: "leased", to: "delivered" },
  { event: "retry", from: "leased", to: "retrying" },
  { event: "retry soon", from: "leased", to: "leased" },
  { event: "defer", from: "leased", to: "scheduled" },
  { event: "defer", from: "leased", to: "retrying" },
  { event: "give up", from: "leased", to: "dead" },
  { event: "pass usefulFor", from: "leased", to: "expired" },
  { event: "miss", from: "scheduled", to: "expired" },
  { event: "miss", from: "leased", to: "expired" },
  { event: "cancel", from: "scheduled", to: "cancelled" },
  { event: "cancel", from: "retrying", to: "cancelled" },
  { event: "cancel", from: "leased", to: "cancelled" },
  { event: "withdraw", from: "scheduled", to: "none" },
  { event: "withdraw", from: "retrying", to: "cancelled" },
  { event: "come back", from: "cancelled", to: "scheduled" },
  { event: "redrive", from: "dead", to: "scheduled" },
  { event: "redrive", from: "expired", to: "scheduled" },
];

const SETTLED: ReadonlySet<DeliveryState> = new Set(["delivered", "dead", "expired", "cancelled"]);

/** True once nothing more will happen to a delivery by itself. */
export function isSettled(state: DeliveryState): state is SettledState {
  return SETTLED.has(state);
}

/** True for what was asked for by hand: neither the rule's changes nor its `catchUp` are about it. */
export function isByHand({ kind, redrivenAtMs }: Pick<Delivery, "kind" | "redrivenAtMs">): boolean {
  return kind !== "rule" || redrivenAtMs !== null;
}

/** The key of an occurrence that repeats another: which one, and how often before. */
export function repeatKey(rootOccurrenceId: string, repeat: number): string {
  return `${rootOccurrenceId}#${repeat}`;
}

/** The occurrence that a delivery is about: the one that it repeats, else its own. */
export function rootOccurrence({
  kind,
  occurrence,
  occurrenceId,
}: Pick<Delivery, "kind" | "occurrence" | "occurrenceId">): string {
  return kind === "repeat" ? occurrence.key.slice(0, occurrence.key.indexOf("#")) : occurrenceId;
}

/** The states from which `event` may be taken. */
export function statesBefore(event: string): DeliveryState[] {
  return TRANSITIONS.flatMap((arrow) => (arrow.event === event && arrow.from !== "none" ? [arrow.from] : []));
}

/** One try of a delivery, as its story keeps it. */
export interface Attempt {
  number: number;
  worker: string;
  /** When the try began, in ms since the epoch. */
  startedAtMs: number;
  durationMs: number;
  outcome: "delivered" | "retryable" | "permanent" | "in-doubt";
  error?: string;
  providerId?: string;
  response?: ProviderResponse;
  /** How the delivery ended with it, if not by being delivered: what is told of that once it was brought back. */
  ended?: { state: "dead" | "expired"; reason: string | null };
  /** When the delivery had been brought back by hand; told by the first attempt after that. */
  redrivenAtMs?: number;
}

/** What follows a delivery by itself, once it is settled. */
export interface Onward {
  /** Channels that are left to be tried, in this order, should it be dead. */
  channels?: readonly string[];
  /** How often its occurrence has been repeated before it, should nobody acknowledge it. */
  repeats?: number;
}

/** Occurrence x target x channel: what is sent, tried again and settled. */
export interface Delivery {
  tenantId: string;
  id: string;
  reminderId: string;
  occurrenceId: string;
  /** Whom it is for; null: a bare address or endpoint. */
  recipientId: string | null;
  /** The recipient's epoch when it was planned. */
  recipientEpoch: number;
  /** Series and kind of its occurrence: with the occurrence's key, its identity for ever. */
  series: string;
  kind: OccurrenceKind;
  /** The reminder's epoch when it was promoted. */
  epoch: number;
  state: DeliveryState;
  /** Tenant x destination: the unit of fairness and limits. */
  lane: string;
  channel: string;
  /** The address, or `endpoint:<name>`. */
  target: string;
  occurrence: Occurrence;
  /** The how-manieth ring of its reminder it is, counted from 1; 0: not counted. */
  number: number;
  /** What follows it; null: nothing. */
  onward: Onward | null;
  /** When the next attempt is to be made: the due instant, or later after a failure. */
  sendAtMs: number;
  /** From then on it is no longer worth sending: due + usefulFor; a redrive counts it anew. */
  expiresAtMs: number;
  /** Attempts that failed so far; a redrive starts again from 0, its story stays. */
  attempts: number;
  /** Leases that ended without a word: the worker died with it, and may have sent it. */
  lostLeases: number;
  /** What was tried, oldest first. */
  story: readonly Attempt[];
  /** What it stands for: occurrences that were missed before it. */
  note: string | null;
  /** Why it is in its state: dead, expired, cancelled, or to be tried again. */
  reason: string | null;
  acceptedAtMs: number;
  promotedAtMs: number;
  /** When it was last brought back by hand; null if it never was. */
  redrivenAtMs: number | null;
  settledAtMs: number | null;
}
