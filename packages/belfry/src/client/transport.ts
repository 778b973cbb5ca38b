import { randomUUID } from "node:crypto";
import { ApiError, connectionCode, UnreachableError } from "./api-error.ts";

export interface ClientOptions {
  /** The server's address: `http://127.0.0.1:8080`. */
  url: string;
  /** An API key. */
  key: string;
  /** Default: the global one. */
  fetch?: typeof fetch;
}

export interface Call {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  path: string;
  query?: object;
  body?: unknown;
  /** For POST; default: a fresh one for each call. */
  idempotencyKey?: string | undefined;
}

/** Makes one call and gives the answer's body. @throws ApiError, UnreachableError */
export type Transport = <Answer>(call: Call) => Promise<Answer>;

/** The server, or something on the way, closed the connection: the call may or may not have been heard. */
const RESET_CODES = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);

/** Speaks HTTP with a server; a call is repeated once when its connection is reset. */
export function createTransport(options: ClientOptions): Transport {
  const send = options.fetch ?? fetch;
  const base = options.url.replace(/\/+$/, "");
  return async <Answer>(call: Call): Promise<Answer> => {
    const request = requestOf(call, options.key);
    const url = `${base}${call.path}${queryOf(call.query)}`;
    const response = await sendTwiceIfReset(() => send(url, request), base);
    const body = await bodyOf(response, base);
    if (response.ok) return body as Answer;
    throw refusalOf(response.status, body);
  };
}

/** Repeating is safe: reads, PATCH and DELETE have the same effect twice, and a POST bears its Idempotency-Key. */
async function sendTwiceIfReset(send: () => Promise<Response>, base: string): Promise<Response> {
  try {
    return await send().catch((error: unknown) => {
      if (RESET_CODES.has(connectionCode(error) ?? "")) return send();
      throw error;
    });
  } catch (error) {
    throw new UnreachableError(base, error);
  }
}

function requestOf(call: Call, key: string): RequestInit {
  const headers: Record<string, string> = { authorization: `Bearer ${key}`, accept: "application/json" };
  if (call.method === "POST") headers["idempotency-key"] = call.idempotencyKey ?? randomUUID();
  if (call.body === undefined) return { method: call.method, headers };
  headers["content-type"] = "application/json";
  return { method: call.method, headers, body: JSON.stringify(call.body) };
}

function queryOf(query: Call["query"]): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) given.set(name, String(value));
  }
  return given.size === 0 ? "" : `?${given}`;
}

async function bodyOf(response: Response, base: string): Promise<unknown> {
  const text = await response.text().catch((error: unknown) => {
    throw new UnreachableError(base, error);
  });
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

function refusalOf(status: number, body: unknown): ApiError {
  if (typeof body === "object" && body !== null && "code" in body && "detail" in body) {
    return new ApiError(body as ConstructorParameters<typeof ApiError>[0]);
  }
  return new ApiError({ status, code: "unknown", detail: `The server answered ${status} without a reason` });
}
