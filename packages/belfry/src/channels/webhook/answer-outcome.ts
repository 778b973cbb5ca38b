import { STATUS_CODES } from "node:http";
import type { Outcome, ProviderResponse } from "../../domain/outcome.ts";
import { parseRetryAfter } from "./retry-after.ts";

/** What a receiver answered. */
export interface Answer {
  /** `host:port` for the message. */
  destination: string;
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The beginning of its body. */
  body: string | undefined;
  nowMs: number;
}

/** Worth another try, as are all of 5xx: timeout, too early, too many requests. */
const RETRYABLE = new Set([408, 425, 429]);

/** What an answer means: 2xx alone is success, and a redirect is never followed. */
export function outcomeOfAnswer(answer: Answer): Outcome {
  const { status } = answer;
  const response = responseOf(answer);
  if (status >= 200 && status < 300) return { kind: "delivered", response };
  const error = `Cannot post to ${answer.destination}: it answered ${describe(answer)}`;
  if (RETRYABLE.has(status) || (status >= 500 && status < 600)) return retryable(answer, error, response);
  if (status === 410) return { kind: "permanent", error, switchOff: true, response };
  return { kind: "permanent", error, response };
}

function retryable(answer: Answer, error: string, response: ProviderResponse): Outcome {
  const retryAfterMs = parseRetryAfter(headerText(answer, "retry-after"), answer.nowMs);
  return { kind: "retryable", error, response, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

function responseOf({ status, body }: Answer): ProviderResponse {
  return body === undefined ? { status } : { status, body };
}

function describe(answer: Answer): string {
  const { status } = answer;
  const words = STATUS_CODES[status] === undefined ? `${status}` : `${status} ${STATUS_CODES[status]}`;
  if (status < 300 || status >= 400) return words;
  const host = redirectHost(answer);
  return `${words}${host ? ` to ${host}` : ""}; redirects are not followed`;
}

/** The host alone: the rest of a location may hold a secret. */
function redirectHost(answer: Answer): string | undefined {
  const location = headerText(answer, "location");
  return location === undefined ? undefined : URL.parse(location, `http://${answer.destination}`)?.host;
}

function headerText(answer: Answer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
