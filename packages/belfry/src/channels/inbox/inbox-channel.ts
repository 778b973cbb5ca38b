import { StoreError } from "../../domain/errors.ts";
import type { InboxEntry } from "../../domain/inbox-entry.ts";
import type { Outcome } from "../../domain/outcome.ts";
import type { AddressCheck, Channel, Message } from "../channel.ts";

export interface InboxChannelOptions {
  /**
   * Keeps one entry; must do nothing for a delivery it already has. A rejection is a retryable outcome, but
   * for a StoreError, with which `send` rejects too.
   */
  put(entry: InboxEntry): Promise<void>;
  /** Told of each entry once it is kept; a repeated attempt is told again, with the same delivery id. */
  onMessage?(entry: InboxEntry): void;
  /** Attempts at once; default 64. */
  concurrency?: number;
}

const NO_ADDRESS = 'Cannot use this address: the channel "inbox" takes none';

/** The channel that needs nobody else: messages go into Belfry's own store. */
export function createInboxChannel(options: InboxChannelOptions): Channel {
  return {
    name: "inbox",
    idempotent: true,
    concurrencyPerDestination: options.concurrency ?? 64,
    checkAddress,
    send: (message, signal) => keep(message, signal, options),
    close: async () => {},
  };
}

function checkAddress(address: string | undefined): AddressCheck {
  if (address) return { ok: false, message: NO_ADDRESS, allowed: "no address" };
  return { ok: true, destination: "inbox" };
}

async function keep(message: Message, signal: AbortSignal, options: InboxChannelOptions): Promise<Outcome> {
  if (signal.aborted) return { kind: "retryable", error: "Cannot write to the inbox: the process is ending" };
  if (message.destination.address) return { kind: "permanent", error: NO_ADDRESS };
  const entry = entryOf(message);
  try {
    await options.put(entry);
  } catch (error) {
    // Belfry's own store fails, not the inbox: that uses up no attempt.
    if (error instanceof StoreError) throw error;
    return { kind: "retryable", error: `Cannot write to the inbox: ${reason(error)}` };
  }
  tell(entry, options);
  return { kind: "delivered" };
}

function entryOf(message: Message): InboxEntry {
  return {
    tenantId: message.tenantId,
    deliveryId: message.deliveryId,
    reminderId: message.reminderId,
    content: message.content,
    dueMs: message.dueMs,
    receivedAtMs: message.attemptAtMs,
  };
}

/** The entry is kept by now, so a listener that fails must not have it sent again. */
function tell(entry: InboxEntry, options: InboxChannelOptions): void {
  try {
    options.onMessage?.(entry);
  } catch {
    // The listener only shows what the store holds.
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
