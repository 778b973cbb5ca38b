import type { ContentParts, JsonObject } from "../domain/content.ts";
import type { Outcome } from "../domain/outcome.ts";

/** One delivery as a channel sees it. */
export interface Message {
  /** The delivery's id: the same on every attempt; goes to the receiver (`webhook-id`, Message-ID). */
  deliveryId: string;
  tenantId: string;
  reminderId: string;
  /** The occurrence's id (`occ_…`). */
  occurrenceId: string;
  /** The recipient's id, or null for a bare address or endpoint. */
  userId: string | null;
  /** The due instant, in ms since the epoch; never moved by retries. */
  dueMs: number;
  /** The instant of this attempt, in ms since the epoch. */
  attemptAtMs: number;
  /** 1 for the first try. */
  attempt: number;
  /** Where whoever has this link acknowledges it; null: it does not nag, or there is no such place. */
  acknowledgeUrl: string | null;
  content: ContentParts;
  metadata: JsonObject;
  destination: Destination;
}

/** Where this attempt goes, resolved from the reminder's target as it is sent. */
export interface Destination {
  /** URL, e-mail address, phone number, chat id; empty where the channel needs none. */
  address: string;
  /** Secrets of the endpoint that sign; empty: the installation's own sign. */
  secrets: readonly string[];
}

/** Whether an address can be used, and the lane it shares with others to the same destination. */
export type AddressCheck =
  | { ok: true; destination: string }
  | { ok: false; message: string; allowed: string };

/**
 * A way to reach someone. One folder each; the registry alone knows all of them.
 * Every channel passes the suite in `channels/contract/`.
 */
export interface Channel {
  readonly name: string;
  /** True if the receiver recognises a repeat by the delivery's id. */
  readonly idempotent: boolean;
  /** How many attempts may run at once to one destination. */
  readonly concurrencyPerDestination: number;
  /**
   * Checks an address without any I/O. `destination` is the unit of fairness and limits: the host of
   * a URL, the account of a provider. Never throws.
   */
  checkAddress(address: string | undefined): AddressCheck;
  /**
   * Makes one attempt. Resolves with an outcome for whatever the other side does; rejects only for a
   * fault of Belfry itself. A ShortageError or a StoreError says that nothing has left this machine: it
   * uses up no attempt. `signal` is aborted when the process must end.
   *
   * A channel that has to wait before the message leaves, as for a connection, asks `mayLeave` right before it
   * does: the process may have been stopped meanwhile, and another one have sent it. If it may not, nothing is
   * sent, and there is no outcome: null.
   */
  send(message: Message, signal: AbortSignal, mayLeave?: () => boolean): Promise<Outcome | null>;
  /** Frees sockets and files. */
  close(): Promise<void>;
}
