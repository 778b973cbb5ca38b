import { type Agent, request } from "undici";
import type { Server } from "./processes.ts";

/** One request of the API. */
export interface Call {
  method: "GET" | "POST";
  path: string;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}

/** Asks the API and requires success; resolves with the answer's text. */
export async function call(server: Server, dispatcher: Agent, asked: Call): Promise<string> {
  const { method, path, body } = asked;
  const headers = {
    authorization: `Bearer ${server.key}`,
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...asked.headers,
  };
  const text = body === undefined ? null : JSON.stringify(body);
  const answer = await request(server.url + path, { method, headers, body: text, dispatcher });
  const got = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`Cannot measure: ${answer.statusCode} ${got.slice(0, 300)}`);
  return got;
}

/** Posts JSON and requires success. */
export function post(
  server: Server,
  path: string,
  { body, dispatcher }: { body: unknown; dispatcher: Agent },
): Promise<string> {
  return call(server, dispatcher, { method: "POST", path, body });
}
