import type { Channel, Destination, Message } from "../channels/channel.ts";
import { asOfCampaign } from "../domain/campaign.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { Verdict } from "../domain/settlement.ts";
import {
  type Endpoint,
  isEndpointTarget,
  isRecipientTarget,
  recipientKey,
  type Target,
} from "../domain/target.ts";
import type { Claim } from "../store/store.ts";
import { contentValues } from "./content-values.ts";
import { type Digest, digestOf } from "./digest.ts";
import type { EngineDeps } from "./ports.ts";

const NO_DIGEST: Digest = { kind: "events", events: [] };

/** A claim made ready to be sent; or why it cannot be, or need not be. */
export type Prepared =
  | { kind: "ready"; channel: Channel; message: Message; endpoint: Endpoint | null }
  | { kind: "dead"; error: string }
  | { kind: "settle"; verdict: Verdict };

/**
 * Finds where a claim goes now, and fills in what it says. Only what must ask the store for something makes a
 * promise of it: most of a herd must not.
 */
export function prepare(deps: EngineDeps, given: Claim): Prepared | Promise<Prepared> {
  const claim = given.campaign ? { ...given, reminder: asOfCampaign(given.reminder, given.campaign) } : given;
  const located = locate(deps, claim);
  if (claim.campaign || located instanceof Promise) return prepareWithStore(deps, claim, located);
  return filledIn(deps, claim, { located, digest: NO_DIGEST });
}

async function prepareWithStore(
  deps: EngineDeps,
  claim: Claim,
  place: Located | Promise<Located>,
): Promise<Prepared> {
  const located = await place;
  const digest = located.ok && claim.campaign ? await digestOf(deps, claim) : NO_DIGEST;
  return filledIn(deps, claim, { located, digest });
}

function filledIn(
  deps: EngineDeps,
  claim: Claim,
  { located, digest }: { located: Located; digest: Digest },
): Prepared {
  if (!located.ok) return { kind: "dead", error: located.error };
  if (digest.kind === "nothing")
    return { kind: "settle", verdict: { state: "cancelled", reason: digest.reason } };
  const { delivery, reminder, recipient } = claim;
  const acknowledgeLink = deps.acknowledgeLink?.(delivery) ?? null;
  const values = () => contentValues(claim, { events: digest.events, acknowledgeLink });
  const rendered = deps.content.render(reminder.spec.content, values, recipient?.locale ?? null);
  if (!rendered.ok) return { kind: "dead", error: rendered.error };
  const { channel, destination, endpoint } = located;
  const message = {
    ...aboutDelivery(deps, delivery),
    acknowledgeUrl: reminder.spec.policy.repeat ? acknowledgeLink : null,
    content: rendered.content,
    // A channel of the host's own may write to them.
    metadata: { ...reminder.spec.metadata },
    destination,
  };
  return { kind: "ready", channel, message, endpoint };
}

function aboutDelivery(
  { clock }: EngineDeps,
  delivery: Delivery,
): Omit<Message, "acknowledgeUrl" | "content" | "metadata" | "destination"> {
  return {
    deliveryId: delivery.id,
    tenantId: delivery.tenantId,
    reminderId: delivery.reminderId,
    occurrenceId: delivery.occurrenceId,
    userId: delivery.recipientId,
    dueMs: delivery.occurrence.dueMs,
    attemptAtMs: clock.now(),
    attempt: delivery.story.length + 1,
  };
}

type Located =
  | { ok: true; channel: Channel; destination: Destination; endpoint: Endpoint | null }
  | { ok: false; error: string };

function locate(deps: EngineDeps, claim: Claim): Located | Promise<Located> {
  const { delivery, recipient } = claim;
  if (delivery.channel === "none") return refuse("the recipient has no address on any channel");
  const channel = deps.channels.get(delivery.channel);
  if (!channel) return refuse(`there is no channel "${delivery.channel}" here`);
  if (recipient && delivery.target === recipientKey(recipient.id)) {
    const address = recipient.addresses[delivery.channel];
    const check = channel.checkAddress(address);
    if (!check.ok) return refuse(addressError(delivery.channel, address, check.message));
    return { ok: true, channel, destination: { address: address ?? "", secrets: [] }, endpoint: null };
  }
  const target = targetOf(claim);
  if (isEndpointTarget(target)) return atEndpoint(deps, channel, { delivery, name: target.endpoint });
  if (isRecipientTarget(target)) {
    const { endpoint: name } = target;
    if (name === undefined) return refuse("the recipient was deleted");
    return atEndpoint(deps, channel, { delivery, name });
  }
  const { address = "" } = "address" in target ? target : {};
  return { ok: true, channel, destination: { address, secrets: [] }, endpoint: null };
}

function addressError(channel: string, address: string | undefined, message: string): string {
  return address === undefined
    ? `the recipient has no address for ${channel}`
    : `the recipient's address for ${channel} ${message}`;
}

/** What it escalates to is told from what it is for by where it goes. */
function targetOf({ delivery, reminder }: Claim): Target {
  const { target, policy } = reminder.spec;
  const to = policy.repeat?.escalation?.to;
  return to !== undefined && goesTo(to, delivery) ? to : target;
}

function goesTo(target: Target, { channel, target: key }: Delivery): boolean {
  if (isEndpointTarget(target)) return key === `endpoint:${target.endpoint}`;
  return "channel" in target && target.channel === channel && (target.address ?? "") === key;
}

async function atEndpoint(
  { store }: EngineDeps,
  channel: Channel,
  { delivery, name }: { delivery: Delivery; name: string },
): Promise<Located> {
  const endpoint = await store.findEndpoint(delivery.tenantId, name);
  if (!endpoint) return refuse(`the endpoint "${name}" does not exist any more`);
  if (endpoint.state === "off")
    return refuse(`the endpoint "${name}" is off: ${endpoint.offReason ?? "switched off"}`);
  return { ok: true, channel, destination: { address: endpoint.url, secrets: endpoint.secrets }, endpoint };
}

function refuse(error: string): Located {
  return { ok: false, error };
}
