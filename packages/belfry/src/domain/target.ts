/**
 * Where a reminder goes: a bare address on a channel (`inbox` needs none), or a named endpoint,
 * whose URL and secrets are read when a delivery is sent.
 */
export type Target = { channel: string; address?: string } | { endpoint: string };

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
export function isEndpointTarget(target: Target): target is { endpoint: string } {
  return "endpoint" in target;
}

/** The channel that carries a target; endpoints are webhooks. */
export function channelOf(target: Target): string {
  return isEndpointTarget(target) ? "webhook" : target.channel;
}

/** The target as one string, a part of the delivery's identity. */
export function targetKey(target: Target): string {
  return isEndpointTarget(target) ? `endpoint:${target.endpoint}` : (target.address ?? "");
}
