/**
 * Where a reminder goes: a bare address on a channel (`inbox` needs none); a named endpoint, whose URL and
 * secrets are read when a delivery is sent; or a recipient, who has chosen channels and has an address on each.
 */
export type Target = AddressTarget | EndpointTarget | RecipientTarget;

export interface AddressTarget {
  channel: string;
  address?: string;
}

export interface EndpointTarget {
  endpoint: string;
}

/** `all`: each channel gets one; `first`: the next is tried when one is dead. */
export const MODES = ["all", "first"] as const;
export type Mode = (typeof MODES)[number];

export interface RecipientTarget {
  /** Their id. */
  recipient: string;
  /** In this order; absent: those that they have chosen. */
  channels?: readonly string[];
  /** Default `all`. */
  mode?: Mode;
  /** What is for them goes to this endpoint instead of their own addresses. */
  endpoint?: string;
}

/** A named webhook destination; its URL changes without touching what points to it. */
export interface Endpoint {
  tenantId: string;
  id: string;
  name: string;
  url: string;
  /** Each signs every delivery, so that secrets can rotate; empty: the installation's own sign. */
  secrets: readonly string[];
  state: EndpointState;
  /** Why it is off, in words; null while it is on. */
  offReason: string | null;
  /** What its owner has changed so far, counted from 1. */
  revision: number;
  createdAtMs: number;
  updatedAtMs: number;
}

export type EndpointState = "on" | "off";

/** True for a target that names an endpoint. */
export function isEndpointTarget(target: Target): target is EndpointTarget {
  return "endpoint" in target && !("recipient" in target);
}

/** True for a target that names a recipient. */
export function isRecipientTarget(target: Target): target is RecipientTarget {
  return "recipient" in target;
}

/** What carries an occurrence: a channel, to whom on it, and the lane that it shares with others. */
export interface Way {
  channel: string;
  /** A part of the delivery's identity: an address, `endpoint:<name>` or `recipient:<id>`. */
  target: string;
  /** The host or account that is the unit of fairness and limits. */
  destination: string;
  /** Whose address it is; null: a bare address or endpoint. */
  recipientId: string | null;
}

/** The target of whatever goes to a recipient, whose address may change meanwhile. */
export function recipientKey(recipientId: string): string {
  return `recipient:${recipientId}`;
}
