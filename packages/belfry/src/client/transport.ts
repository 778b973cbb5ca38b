import { randomUUID } from "node:crypto";
import { readBody, refusalOf } from "./answer.ts";
import { connectionCode, UnreachableError } from "./api-error.ts";
import { baseOf, queryOf } from "./url.ts";

export interface ClientOptions {
  /** The server's address: `http://127.0.0.1:8080`. */
  url: string;
  /** An API key. */
  key: string;
  /** Default: the global one. */
  fetch?: typeof fetch;
  /**
   * Whether a call is repeated once when its connection is reset, for which every POST bears an
   * `Idempotency-Key`; default true.
   */
  repeatsWhenReset?: boolean;
}

/** How a POST is made. */
export interface PostOptions {
  /** Default: a fresh one for each call. */
  idempotencyKey?: string;
  /** Called if the answer is the one to an earlier request with this key. */
  onReplayed?(): void;
}

/** How something is changed only as long as nobody else has. */
export interface RevisionOptions {
  /** The `revision` it must still have, else the call is refused with 412; default: any. */
  ifMatch?: number;
}

export interface Call {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  query?: object;
  body?: unknown;
  /** For POST; default: a fresh one for each call. */
  idempotencyKey?: string | undefined;
  onReplayed?: (() => void) | undefined;
  /** The revision that is to be changed; goes as `If-Match`. */
  ifMatch?: number | undefined;
  /** How much the answer should hold; goes as `Prefer`. */
  prefer?: "return=minimal" | undefined;
}

/** Makes one call and gives the answer's body. @throws ApiError, UnreachableError */
export type Transport = <Answer>(call: Call) => Promise<Answer>;

/** The server, or something on the way, closed the connection: the call may or may not have been heard. */
const RESET_CODES = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);

/** Speaks HTTP with a server; a call is repeated once when its connection is reset, if not told otherwise. */
export function createTransport(options: ClientOptions): Transport {
  const send = options.fetch ?? fetch;
  const base = baseOf(options.url);
  const repeats = options.repeatsWhenReset ?? true;
  return async <Answer>(call: Call): Promise<Answer> => {
    const request = requestOf(call, options.key, repeats);
    const url = `${base}${call.path}${queryOf(call.query)}`;
    const ask = (): Promise<Response> => send(url, request);
    const response = await (repeats && isRepeatable(call) ? twiceIfReset(ask) : ask()).catch(
      (error: unknown) => {
        throw new UnreachableError(base, error);
      },
    );
    const body = await readBody(response, base);
    if (response.headers.get("idempotency-replayed") === "true") call.onReplayed?.();
    if (response.ok) return body as Answer;
    throw refusalOf(response, body);
  };
}

/**
 * Reads, PUT, PATCH and DELETE have the same effect twice, and a POST bears its Idempotency-Key. But the
 * repeat of a change that was heard would not find the revision that it is for.
 */
function isRepeatable({ method, ifMatch }: Call): boolean {
  return method === "POST" || ifMatch === undefined;
}

function twiceIfReset(send: () => Promise<Response>): Promise<Response> {
  return send().catch((error: unknown) => {
    if (RESET_CODES.has(connectionCode(error) ?? "")) return send();
    throw error;
  });
}

function requestOf(call: Call, key: string, repeats: boolean): RequestInit {
  const headers: Record<string, string> = { authorization: `Bearer ${key}`, accept: "application/json" };
  const idempotencyKey = call.idempotencyKey ?? (repeats ? randomUUID() : undefined);
  if (call.method === "POST" && idempotencyKey !== undefined) headers["idempotency-key"] = idempotencyKey;
  if (call.ifMatch !== undefined) headers["if-match"] = `"${call.ifMatch}"`;
  if (call.prefer !== undefined) headers.prefer = call.prefer;
  if (call.body === undefined) return { method: call.method, headers };
  headers["content-type"] = "application/json";
  return { method: call.method, headers, body: JSON.stringify(call.body) };
}
