import type { InputIssue } from "../domain/errors.ts";
import type { Recipient } from "../domain/recipient.ts";
import {
  type AddressTarget,
  type EndpointTarget,
  isEndpointTarget,
  isRecipientTarget,
  type RecipientTarget,
  type Target,
} from "../domain/target.ts";
import type { EngineDeps } from "./ports.ts";

/** What a tenant has that a target may name. */
export interface Addressees {
  knowsEndpoint(name: string): Promise<boolean>;
  /** By their id, or the sender's own; null if there is none. */
  findRecipient(name: string): Promise<Recipient | null>;
}

/** Where a reminder goes: with the recipient's own id, whatever they were named by. */
export type Addressed =
  | { ok: true; target: Target; recipient: Recipient | null }
  | { ok: false; issue: InputIssue };

/** What a tenant has, read when it is asked for. */
export function addresseesOf({ store }: Pick<EngineDeps, "store">, tenantId: string): Addressees {
  return {
    knowsEndpoint: async (name) => (await store.findEndpoint(tenantId, name)) !== null,
    findRecipient: async (name) => {
      const byId = await store.findRecipient(tenantId, name);
      const [byExternalId = null] = byId ? [] : await store.findByExternalIds(tenantId, [name]);
      return byId ?? byExternalId;
    },
  };
}

/** Asks for each only once: a batch names few, often. */
export function remembering({ knowsEndpoint, findRecipient }: Addressees): Addressees {
  return { knowsEndpoint: once(knowsEndpoint), findRecipient: once(findRecipient) };
}

function once<Found>(ask: (name: string) => Promise<Found>): (name: string) => Promise<Found> {
  const known = new Map<string, Promise<Found>>();
  return (name) => {
    const asked = known.get(name) ?? ask(name);
    known.set(name, asked);
    return asked;
  };
}

/** Checks where a reminder is to go; at once if that is a bare address, which nothing need be read for. */
export function addressTo(
  deps: Pick<EngineDeps, "channels">,
  target: Target,
  addressees: Addressees,
): Addressed | Promise<Addressed> {
  if (isRecipientTarget(target)) return toRecipient(deps, target, addressees);
  if (isEndpointTarget(target)) return toEndpoint(target, addressees);
  const issue = addressIssue(deps, target);
  return issue ? { ok: false, issue } : { ok: true, target, recipient: null };
}

async function toEndpoint(target: EndpointTarget, addressees: Addressees): Promise<Addressed> {
  const issue = await endpointIssue(target.endpoint, addressees);
  return issue ? { ok: false, issue } : { ok: true, target, recipient: null };
}

/** Null if there is an endpoint of this name. */
export async function endpointIssue(
  name: string,
  { knowsEndpoint }: Pick<Addressees, "knowsEndpoint">,
): Promise<InputIssue | null> {
  if (await knowsEndpoint(name)) return null;
  const allowed = "the name of an endpoint that has been made";
  return { path: ["to", "endpoint"], value: name, message: "names no endpoint", allowed };
}

function addressIssue(
  { channels }: Pick<EngineDeps, "channels">,
  { channel: name, address }: AddressTarget,
): InputIssue | null {
  const channel = channels.get(name);
  if (!channel) return unknownChannel({ channels }, ["to", "channel"], name);
  const check = channel.checkAddress(address);
  if (check.ok) return null;
  return { path: ["to", "address"], value: address, message: check.message, allowed: check.allowed };
}

export function unknownChannel(
  { channels }: Pick<EngineDeps, "channels">,
  path: InputIssue["path"],
  value: string,
): InputIssue {
  return { path, value, message: "names no channel", allowed: `one of ${channels.names().join(", ")}` };
}

async function toRecipient(
  deps: Pick<EngineDeps, "channels">,
  target: RecipientTarget,
  { findRecipient, knowsEndpoint }: Addressees,
): Promise<Addressed> {
  const index = target.channels?.findIndex((name) => !deps.channels.get(name)) ?? -1;
  const unknown = target.channels?.[index];
  if (unknown !== undefined)
    return { ok: false, issue: unknownChannel(deps, ["to", "channels", index], unknown) };
  const recipient = await findRecipient(target.recipient);
  if (!recipient) {
    const allowed = "the id of a recipient, or the externalId of one";
    const issue = { path: ["to", "recipient"], value: target.recipient, message: "names no recipient" };
    return { ok: false, issue: { ...issue, allowed } };
  }
  const issue =
    target.endpoint === undefined
      ? reachIssue(deps, target, recipient)
      : await endpointIssue(target.endpoint, { knowsEndpoint });
  return issue
    ? { ok: false, issue }
    : { ok: true, target: { ...target, recipient: recipient.id }, recipient };
}

/** One that cannot be reached at all today is a mistake; a way that is missing among others is told when it is tried. */
function reachIssue(
  { channels }: Pick<EngineDeps, "channels">,
  target: RecipientTarget,
  recipient: Recipient,
): InputIssue | null {
  const chosen = recipient.channels.length > 0 ? recipient.channels : Object.keys(recipient.addresses);
  const names = target.channels ?? chosen;
  const canReach = (name: string) => channels.get(name)?.checkAddress(recipient.addresses[name]).ok === true;
  if (names.some(canReach)) return null;
  const named = names.length === 0 ? "any channel" : names.join(", ");
  return {
    path: target.channels ? ["to", "channels"] : ["to", "recipient"],
    value: target.channels ?? target.recipient,
    message: `cannot be reached: the recipient has no usable address for ${named}`,
    allowed: "a recipient with an address on a channel of this installation",
  };
}
