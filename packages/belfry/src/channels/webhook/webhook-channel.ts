import { lookup } from "node:dns/promises";
import { SettingError } from "../../domain/errors.ts";
import type { Outcome } from "../../domain/outcome.ts";
import type { AddressCheck, Channel, Message } from "../channel.ts";
import { type AllowList, parseAllowList } from "./allow-list.ts";
import { Attempt, type AttemptOptions } from "./attempt.ts";
import { AttemptsInFlight } from "./attempts-in-flight.ts";
import { BoundedCache } from "./bounded-cache.ts";
import { createGuardedConnector, type GuardedConnector, type Resolve } from "./guarded-connector.ts";
import { payloadBytes } from "./payload.ts";
import { createPooledAgent } from "./pooled-agent.ts";
import { createSigner, type Signer } from "./signer.ts";
import type { SendingAgent } from "./undici-parts.ts";
import { type CheckedUrl, checkUrl, MAX_URL_LENGTH } from "./webhook-url.ts";

export interface WebhookChannelOptions {
  /** The installation's own, `whsec_…`: they sign for endpoints without secrets. */
  secrets: readonly string[];
  /** Hosts and networks that may be reached although they are not public; as in BELFRY_WEBHOOK_ALLOW. */
  allow: readonly string[];
  /** The `user-agent` header: `Belfry/<version>`. */
  userAgent: string;
  /** From the start of an attempt to the end of what is read of its answer; default 15 s. */
  timeoutMs?: number;
  /** Connections to one origin, and so attempts at once to one destination; default 50. */
  connections?: number;
  /** Connections to all origins together; default: as many as the system allows. */
  maxSockets?: number | undefined;
  /** Resolves host names; default node:dns. */
  resolve?: Resolve;
  /** The injected clock, in ms since the epoch, for dates in Retry-After; default Date.now. */
  now?(): number;
}

interface SignedRequest {
  ok: true;
  headers: Record<string, string>;
  /** The very bytes that the signature covers. */
  body: Buffer;
}

const DEFAULT_TIMEOUT_MS = 15_000;
const DEFAULT_CONNECTIONS = 50;
const KEPT_URLS = 10_000;

/**
 * Posts reminders as Standard Webhooks: signed over the exact bytes, with the delivery's id as
 * `webhook-id` on every attempt. Reaches public hosts only, but for those allowed.
 *
 * @throws SettingError if a secret or an entry of the allow list cannot be read
 */
export function createWebhookChannel(options: WebhookChannelOptions): Channel {
  return new WebhookChannel(options);
}

class WebhookChannel implements Channel {
  readonly name = "webhook";
  readonly idempotent = true;
  readonly concurrencyPerDestination: number;
  readonly #userAgent: string;
  readonly #timeoutMs: number;
  readonly #now: () => number;
  readonly #signer: Signer;
  readonly #allow: AllowList;
  readonly #connector: GuardedConnector;
  readonly #agent: SendingAgent;
  readonly #inFlight: AttemptsInFlight;
  readonly #urls = new BoundedCache<CheckedUrl>(KEPT_URLS);

  constructor(options: WebhookChannelOptions) {
    this.concurrencyPerDestination = options.connections ?? DEFAULT_CONNECTIONS;
    this.#userAgent = options.userAgent;
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#now = options.now ?? Date.now;
    this.#signer = createSigner(options.secrets);
    this.#allow = readAllowList(options.allow);
    this.#connector = createGuardedConnector({
      allow: this.#allow,
      resolve: options.resolve ?? ((hostname) => lookup(hostname, { all: true })),
      connectTimeoutMs: this.#timeoutMs,
      maxSockets: options.maxSockets,
    });
    this.#agent = createPooledAgent({
      connect: this.#connector.connect,
      connectionsPerOrigin: this.concurrencyPerDestination,
      maxSockets: options.maxSockets,
    });
    this.#inFlight = new AttemptsInFlight(this.#timeoutMs);
  }

  checkAddress(address: string | undefined): AddressCheck {
    const url = address === undefined ? checkUrl(address, this.#allow) : this.#checked(address);
    return url.ok ? { ok: true, destination: url.destination } : url;
  }

  send(message: Message, signal: AbortSignal, mayLeave = () => true): Promise<Outcome | null> {
    return new Promise((settle, fail) => {
      const url = this.#checked(message.destination.address);
      if (!url.ok) return settle({ kind: "permanent", error: url.message });
      const failed = `Cannot post to ${url.destination}`;
      if (signal.aborted) return settle({ kind: "retryable", error: `${failed}: the process is ending` });
      const signed = this.#sign(message);
      if (!signed.ok) return settle({ kind: "permanent", error: `${failed}: ${signed.message}` });
      const { origin, path } = url;
      const { headers, body } = signed;
      const attempt = this.#start({ destination: url.destination, signal, mayLeave, settle, fail });
      this.#agent.dispatch({ origin, path, method: "POST", headers, body }, attempt);
    });
  }

  async close(): Promise<void> {
    this.#inFlight.cutAll("the channel was closed");
    this.#connector.destroy();
    await this.#agent.destroy();
  }

  /** Reading a URL is dear, and few of them are named in many reminders. */
  #checked(address: string): CheckedUrl {
    // What is too long to be a URL is not worth keeping.
    if (address.length > MAX_URL_LENGTH) return checkUrl(address, this.#allow);
    return this.#urls.get(address, (text) => checkUrl(text, this.#allow));
  }

  #sign(message: Message): SignedRequest | { ok: false; message: string } {
    const { deliveryId, destination, attemptAtMs } = message;
    const body = payloadBytes(message);
    const timestamp = String(Math.floor(attemptAtMs / 1000));
    const signature = this.#signer.sign({ id: deliveryId, timestamp, body }, destination.secrets);
    if (!signature.ok) return signature;
    const headers = {
      "content-type": "application/json",
      "user-agent": this.#userAgent,
      "webhook-id": deliveryId,
      "webhook-timestamp": timestamp,
      "webhook-signature": signature.value,
    };
    return { ok: true, headers, body };
  }

  #start(options: Omit<AttemptOptions, "deadline" | "now" | "end">): Attempt {
    const deadline = performance.now() + this.#timeoutMs;
    const end = (ended: Attempt): void => this.#inFlight.remove(ended);
    const attempt = new Attempt({ ...options, deadline, now: this.#now, end });
    this.#inFlight.add(attempt);
    return attempt;
  }
}

function readAllowList(entries: readonly string[]): AllowList {
  const parsed = parseAllowList(entries);
  if (!parsed.ok) throw new SettingError(`${parsed.message}; allowed: ${parsed.allowed}`);
  return parsed.list;
}
