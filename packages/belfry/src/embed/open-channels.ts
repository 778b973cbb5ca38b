import type { Channel } from "../channels/channel.ts";
import { createInboxChannel } from "../channels/inbox/inbox-channel.ts";
import { type ChannelRegistry, createRegistry } from "../channels/registry.ts";
import { createWebhookChannel } from "../channels/webhook/webhook-channel.ts";
import type { Credentials } from "../config/credentials.ts";
import { VERSION } from "../config/version.ts";
import type { InboxEntry } from "../domain/inbox-entry.ts";
import type { Clock } from "../engine/clock.ts";
import type { Store } from "../store/store.ts";
import type { AssemblySettings } from "./assembly.ts";
import { connectionLimits } from "./handle-limits.ts";

export interface ChannelParts {
  settings: AssemblySettings;
  clock: Clock;
  credentials: Credentials;
  store: Pick<Store, "putInbox">;
  /** Besides those that are built in. */
  channels?: readonly Channel[];
  /** Told of each message that the inbox takes. */
  onInbox?: ((entry: InboxEntry) => void) | undefined;
}

/** Every way to reach someone. */
export function openChannels(parts: ChannelParts): ChannelRegistry {
  const { settings, clock, credentials, store, channels = [], onInbox } = parts;
  return createRegistry([
    createWebhookChannel({
      secrets: credentials.webhookSecrets.value,
      allow: settings.webhookAllow,
      timeoutMs: settings.webhookTimeoutMs,
      maxSockets: connectionLimits().outgoing,
      userAgent: `Belfry/${VERSION}`,
      now: () => clock.now(),
    }),
    createInboxChannel({
      put: (entry) => store.putInbox(entry),
      ...(onInbox ? { onMessage: onInbox } : {}),
    }),
    ...channels,
  ]);
}
