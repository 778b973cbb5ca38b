import { setTimeout as waitMs } from "node:timers/promises";
import type { EventResource } from "../http/schemas/event.ts";
import { ApiError, UnreachableError } from "./api-error.ts";
import { type EventStream, openEventStream } from "./event-stream.ts";
import type { ClientOptions } from "./transport.ts";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/** Why a stream ended before it should, and when it is opened again. */
export interface LostStream {
  /** The connection's error, or the server's refusal; null if the server closed the stream. */
  error: UnreachableError | ApiError | null;
  waitMs: number;
}

/** Which events are wanted, and who is told of the connection. */
export interface EventOptions {
  /** Default: all. */
  types?: readonly EventResource["type"][];
  /** Those of this reminder alone. */
  reminder?: string;
  /** The id of an event: what follows it comes first; `start`: the oldest that is kept. Default: begins now. */
  after?: string;
  /** Ends the iteration, without an error. */
  signal?: AbortSignal;
  /** Called when the stream is open, each time. */
  onOpen?(): void;
  /** Called when it is lost; it is opened again by itself. */
  onLost?(lost: LostStream): void;
  /** Called if events are no longer kept that would have come next. */
  onGap?(): void;
  /** Lets time pass between two attempts, less of it if the signal aborts; default: real time. */
  wait?(ms: number, signal: AbortSignal | undefined): Promise<void>;
  /** From 0 to 1; default: Math.random. */
  random?(): number;
}

/**
 * Iterates over what happens. A stream that is lost once it was open is opened again after the last
 * event that came, again and again, 0.5 s to 30 s apart, so that no event is missed as long as the
 * server keeps it.
 *
 * @throws ApiError if the server refuses, UnreachableError if it was never reached
 */
export function eventsOf(client: ClientOptions) {
  return async function* events(options: EventOptions = {}): AsyncGenerator<EventResource, void> {
    const state: Progress = { failures: 0, retryMs: FIRST_WAIT_MS, wasOpen: false };
    while (!options.signal?.aborted) {
      let error: unknown = null;
      try {
        yield* untilLost(client, options, state);
      } catch (thrown) {
        error = thrown;
      }
      if (options.signal?.aborted) return;
      const lost = passing(error, state);
      const waitMs = Math.max(nextWait(state, options), (lost instanceof ApiError && lost.retryAfterMs) || 0);
      options.onLost?.({ error: lost, waitMs });
      await (options.wait ?? sleep)(waitMs, options.signal);
    }
  };
}

/** How far the iteration is. */
interface Progress {
  lastEventId?: string;
  /** In a row. */
  failures: number;
  retryMs: number;
  wasOpen: boolean;
}

async function* untilLost(
  client: ClientOptions,
  options: EventOptions,
  state: Progress,
): AsyncGenerator<EventResource, void> {
  const { types, reminder, after, signal } = options;
  const query = { types: types?.join(","), reminder, after };
  const stream: EventStream = await openEventStream(client, {
    query,
    lastEventId: state.lastEventId,
    signal,
  });
  state.wasOpen = true;
  options.onOpen?.();
  for await (const message of stream) {
    state.failures = 0;
    state.retryMs = message.retryMs ?? state.retryMs;
    if (message.type === "gap") options.onGap?.();
    else if (message.data !== "") yield JSON.parse(message.data) as EventResource;
    if (message.lastEventId !== "") state.lastEventId = message.lastEventId;
  }
}

/** The error if it may pass; one that will not is thrown. */
function passing(error: unknown, { wasOpen }: Progress): LostStream["error"] {
  if (error === null) return null;
  if (error instanceof UnreachableError && wasOpen) return error;
  if (error instanceof ApiError && wasOpen && (error.status === 429 || error.status >= 500)) return error;
  throw error;
}

/** Twice as long after each failure, somewhere in the upper half, so that not all come back at once. */
function nextWait(state: Progress, { random = Math.random }: EventOptions): number {
  const most = Math.min(state.retryMs * 2 ** state.failures, LONGEST_WAIT_MS);
  state.failures += 1;
  return Math.round(most * (0.5 + random() / 2));
}

async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await waitMs(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
}
