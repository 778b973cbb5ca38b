import type { Channel } from "./channel.ts";

/** The channels of this installation by name. A new channel is one folder and one line in its composition. */
export interface ChannelRegistry {
  /** The channel, or undefined if there is none of this name. */
  get(name: string): Channel | undefined;
  /** The names of all channels, sorted. */
  names(): string[];
  /** Closes every channel. */
  close(): Promise<void>;
}

/** Builds the registry. Throws if two channels claim one name. */
export function createRegistry(channels: readonly Channel[]): ChannelRegistry {
  const byName = new Map<string, Channel>();
  for (const channel of channels) {
    if (byName.has(channel.name))
      throw new Error(`Cannot register channels: two are named "${channel.name}"`);
    byName.set(channel.name, channel);
  }
  return {
    get: (name) => byName.get(name),
    names: () => [...byName.keys()].sort(),
    close: async () => {
      await Promise.all(channels.map((channel) => channel.close()));
    },
  };
}
