import type { Outcome } from "../../domain/outcome.ts";
import type { AddressCheck, Channel, Message } from "../channel.ts";
import { failureOf, readOutcome } from "./read-outcome.ts";

/**
 * One attempt as a function. Resolving with nothing means delivered, rejecting means that it is tried
 * again; an Outcome says more. `signal` is aborted when the process must end: what the function then still
 * does is not waited for.
 */
export type ChannelFunction =
  | ((message: Message, signal: AbortSignal) => Promise<void>)
  | ((message: Message, signal: AbortSignal) => Promise<Outcome | undefined>);

export interface FunctionChannelOptions {
  /** How reminders name it. */
  name: string;
  send: ChannelFunction;
  /** Attempts at once to one address; default 50. */
  concurrency?: number;
}

const DEFAULT_CONCURRENCY = 50;

/** A channel that is one function. It takes any address, and none; each address is a lane of its own. */
export function createFunctionChannel(options: FunctionChannelOptions): Channel {
  return new FunctionChannel(options);
}

class FunctionChannel implements Channel {
  readonly name: string;
  readonly idempotent = false;
  readonly concurrencyPerDestination: number;
  readonly #call: ChannelFunction;
  /** Each ends one attempt that is running, with a reason. */
  readonly #running = new Set<(reason: string) => void>();
  #isClosed = false;

  constructor({ name, send, concurrency = DEFAULT_CONCURRENCY }: FunctionChannelOptions) {
    this.name = name;
    this.concurrencyPerDestination = concurrency;
    this.#call = send;
  }

  checkAddress(address: string | undefined): AddressCheck {
    return { ok: true, destination: address || this.name };
  }

  async send(message: Message, signal: AbortSignal): Promise<Outcome> {
    if (this.#isClosed) return this.#failed("the channel was closed");
    if (signal.aborted) return this.#failed("the process is ending");
    const broken = Promise.withResolvers<Outcome>();
    const breakOff = (reason: string): void => broken.resolve(this.#failed(reason));
    const onAbort = (): void => breakOff("the process is ending");
    this.#running.add(breakOff);
    signal.addEventListener("abort", onAbort);
    try {
      return await Promise.race([this.#attempt(message, signal), broken.promise]);
    } finally {
      this.#running.delete(breakOff);
      signal.removeEventListener("abort", onAbort);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const breakOff of this.#running) breakOff("the channel was closed");
  }

  /** Never rejects. */
  async #attempt(message: Message, signal: AbortSignal): Promise<Outcome> {
    try {
      return readOutcome(await this.#call(message, signal), this.name);
    } catch (error) {
      return this.#failed(error);
    }
  }

  #failed(reason: unknown): Outcome {
    return { kind: "retryable", error: failureOf(this.name, reason) };
  }
}
