import type { Context } from "hono";
import type { Tenant } from "../engine/engine.ts";

/** What a request carries once it has been let in. */
export interface RequestVariables {
  requestId: string;
  tenant: Tenant;
}

export type AppEnv = { Variables: RequestVariables };
export type AppContext = Context<AppEnv>;

/** What goes out. */
export interface Answer {
  status: number;
  /** JSON text; empty for none. */
  body: string;
  headers?: Readonly<Record<string, string>>;
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
export function respond(answer: Answer, requestId: string): Response {
  const headers: Record<string, string> = {
    "x-request-id": requestId,
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  };
  if (answer.body !== "") headers["content-type"] = "application/json";
  Object.assign(headers, answer.headers);
  return new Response(answer.body === "" ? null : answer.body, { status: answer.status, headers });
}
