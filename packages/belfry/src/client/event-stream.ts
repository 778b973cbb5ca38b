import { readBody, refusalOf } from "./answer.ts";
import { ApiError, UnreachableError } from "./api-error.ts";
import { readServerSentEvents, type ServerSentMessage } from "./server-sent-events.ts";
import type { ClientOptions } from "./transport.ts";
import { baseOf, queryOf } from "./url.ts";

/** A server says something every 15 s; silence for three times as long means that the way is broken. */
const LONGEST_SILENCE_MS = 45_000;

/** The messages of one connection. @throws UnreachableError if it breaks */
export type EventStream = AsyncIterable<ServerSentMessage>;

/** Which stream is opened. */
export interface StreamRequest {
  query: object;
  /** The last event that came. */
  lastEventId: string | undefined;
  signal: AbortSignal | undefined;
  /** Default: 45 s. */
  longestSilenceMs?: number;
}

/** Opens the stream of events. @throws ApiError, UnreachableError */
export async function openEventStream(client: ClientOptions, request: StreamRequest): Promise<EventStream> {
  const base = baseOf(client.url);
  const silence = new SilenceAlarm(request.longestSilenceMs ?? LONGEST_SILENCE_MS);
  const signals = [silence.signal, request.signal].filter((signal) => signal !== undefined);
  const ask = client.fetch ?? fetch;
  try {
    const response = await ask(`${base}/v1/events${queryOf(request.query)}`, {
      headers: headersOf(client, request),
      signal: AbortSignal.any(signals),
    });
    if (!response.ok) throw refusalOf(response, await readBody(response, base));
    requireStream(response);
    return messagesOf(response, base, silence);
  } catch (error) {
    silence.end();
    throw error instanceof ApiError ? error : new UnreachableError(base, error);
  }
}

function headersOf({ key }: ClientOptions, { lastEventId }: StreamRequest): Record<string, string> {
  const headers = { authorization: `Bearer ${key}`, accept: "text/event-stream" };
  return lastEventId === undefined ? headers : { ...headers, "last-event-id": lastEventId };
}

/** Something on the way may answer with a page of its own. */
function requireStream({ headers }: Response): void {
  if (headers.get("content-type")?.startsWith("text/event-stream")) return;
  throw new Error("what answers there is no stream of events");
}

async function* messagesOf(
  response: Response,
  base: string,
  silence: SilenceAlarm,
): AsyncGenerator<ServerSentMessage, void> {
  try {
    if (response.body) yield* readServerSentEvents(silence.heard(response.body));
  } catch (error) {
    throw new UnreachableError(base, error);
  } finally {
    silence.end();
  }
}

/** Aborts what it watches when nothing was heard for too long. */
class SilenceAlarm {
  readonly #controller = new AbortController();
  readonly #longestMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(longestMs: number) {
    this.#longestMs = longestMs;
    this.#begin();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The same chunks; each of them breaks the silence. While the reader is busy, nobody listens. */
  async *heard(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of chunks) {
      this.end();
      yield chunk;
      this.#begin();
    }
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #begin(): void {
    const reason = new DOMException(`nothing came for ${this.#longestMs / 1000} s`, "TimeoutError");
    this.#timer = setTimeout(() => this.#controller.abort(reason), this.#longestMs).unref();
  }
}
