import type { Channel } from "../channels/channel.ts";
import type { ChannelRegistry } from "../channels/registry.ts";

/** So many may be sent at once: nothing is slow here. */
const AT_ONCE = 1_000;

/** Channels of any name, which deliver whatever they are given, to nobody. */
export function recordingChannels(): ChannelRegistry {
  const byName = new Map<string, Channel>();
  return {
    get: (name) => {
      const channel = byName.get(name) ?? recordingChannel(name);
      byName.set(name, channel);
      return channel;
    },
    names: () => [...byName.keys()].sort(),
    close: async () => {},
  };
}

function recordingChannel(name: string): Channel {
  return {
    name,
    idempotent: true,
    concurrencyPerDestination: AT_ONCE,
    checkAddress: (address = name) => ({ ok: true, destination: address }),
    send: async () => ({ kind: "delivered" }),
    close: async () => {},
  };
}
