import type { Onward } from "../domain/delivery.ts";
import type { PlannedWay, ReminderSpec } from "../domain/reminder.ts";
import {
  type AddressTarget,
  isEndpointTarget,
  isRecipientTarget,
  recipientKey,
  type Target,
  type Way,
} from "../domain/target.ts";
import type { EngineDeps } from "./ports.ts";

type Channels = Pick<EngineDeps, "channels">;

/** The channel of what goes to a recipient who has no address: there is none of this name, so it is dead. */
const NO_CHANNEL: PlannedWay = { channel: "none", destination: "none" };

/** Every way that a reminder's deliveries may go, in the order in which they are tried. */
export function waysOf(
  deps: Channels,
  { target, planned }: Pick<ReminderSpec, "target" | "planned">,
): [Way, ...Way[]] {
  if (!isRecipientTarget(target)) return [wayTo(deps, target)];
  const { recipient: recipientId, endpoint } = target;
  if (endpoint !== undefined) return [{ ...wayTo(deps, { endpoint }), recipientId }];
  const [first = NO_CHANNEL, ...others] = planned?.ways ?? [];
  const way = (planned: PlannedWay): Way => ({
    ...planned,
    target: recipientKey(target.recipient),
    recipientId: target.recipient,
  });
  return [way(first), ...others.map(way)];
}

function wayTo(deps: Channels, target: Exclude<Target, { recipient: string }>): Way {
  if (isEndpointTarget(target)) {
    const { endpoint } = target;
    // Its name stands for it, since its URL may change while deliveries wait.
    return {
      channel: "webhook",
      target: `endpoint:${endpoint}`,
      destination: `@${endpoint}`,
      recipientId: null,
    };
  }
  const { channel, address = "" } = target;
  return { channel, target: address, destination: destinationOf(deps, target), recipientId: null };
}

/** The unit of fairness of an address; one that is refused today still has one. */
export function destinationOf({ channels }: Channels, { channel, address }: AddressTarget): string {
  const check = channels.get(channel)?.checkAddress(address);
  return check?.ok ? check.destination : "refused";
}

/** The ways that an occurrence goes at first, and what follows those. */
export interface Start {
  ways: Way[];
  onward: Onward | null;
}

export function startOf(deps: Channels, spec: Pick<ReminderSpec, "target" | "planned">): Start {
  const ways = waysOf(deps, spec);
  const [first, ...others] = ways;
  const isFirstAlone = isRecipientTarget(spec.target) && spec.target.mode === "first";
  if (!isFirstAlone || others.length === 0) return { ways, onward: null };
  return { ways: [first], onward: { channels: others.map(({ channel }) => channel) } };
}

export function isSameWay(
  { channel, target }: Pick<Way, "channel" | "target">,
  other: Pick<Way, "channel" | "target">,
): boolean {
  return channel === other.channel && target === other.target;
}
