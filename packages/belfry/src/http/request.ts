import type { Context } from "hono";
import type { ApiKey, TenantRecord } from "../store/access.ts";
import type { LimitHeaders } from "./rate-limit-headers.ts";

/** What a request carries once it has been let in. */
export interface RequestVariables {
  requestId: string;
  tenant: TenantRecord;
  key: ApiKey;
  /** What the answer tells of the key's limit, if there is one. */
  limits: LimitHeaders | undefined;
}

/** What the server tells the app with each request; nothing where there is no server. */
export interface ServerBindings {
  /** Aborted when the server closes: what has no end of its own then ends. */
  closing?: AbortSignal;
}

export type AppEnv = { Bindings: ServerBindings; Variables: RequestVariables };
export type AppContext = Context<AppEnv>;

/** What goes out. */
export interface Answer {
  status: number;
  /** JSON text; empty for none. */
  body: string;
  headers?: Readonly<Record<string, string>>;
}

/** What goes out bit by bit, for as long as it lasts. */
export interface StreamAnswer {
  status: number;
  stream: ReadableStream<Uint8Array>;
  headers: Readonly<Record<string, string>>;
}

/** An answer whose body is `value` as JSON. */
export function jsonAnswer(
  status: number,
  value: unknown,
  headers?: Readonly<Record<string, string>>,
): Answer {
  return { status, body: JSON.stringify(value), ...(headers ? { headers } : {}) };
}

/** The answer as HTTP. Headers go in as one plain object: the server then writes them without copying. */
export function respond(answer: Answer | StreamAnswer, requestId: string, limits?: LimitHeaders): Response {
  const headers: Record<string, string> = {
    "x-request-id": requestId,
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  };
  const body = "stream" in answer ? answer.stream : answer.body || null;
  if (body !== null) headers["content-type"] = "application/json";
  Object.assign(headers, limits, answer.headers);
  return new Response(body, { status: answer.status, headers });
}
