import { EventEmitter, once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { listen, type Receiver } from "./receiver.ts";

/** One request as it came in. */
export interface ReceivedRequest {
  /** The `webhook-id` header: the delivery. */
  id: string;
  method: string;
  /** Path and query. */
  path: string;
  headers: IncomingHttpHeaders;
  /** The exact bytes of the body. */
  body: Buffer;
  receivedAtMs: number;
}

/** What the receiver answers; a plain 204 where nothing is said. */
export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** How long it thinks first, in ms. */
  delayMs?: number;
}

/** `nth` counts the requests from 1. */
export type Answering = Answer | ((request: ReceivedRequest, nth: number) => Answer);

export interface RecordingReceiver extends Receiver {
  /** Every request so far, oldest first. */
  readonly requests: readonly ReceivedRequest[];
  /** Resolves once `count` requests have come in. */
  received(count: number): Promise<readonly ReceivedRequest[]>;
}

/** A well-behaved receiver that keeps every request and answers as told. */
export async function startRecordingReceiver(answer: Answering = {}): Promise<RecordingReceiver> {
  const requests: ReceivedRequest[] = [];
  const arrivals = new EventEmitter();
  const server = createServer((incoming, response) => {
    void readRequest(incoming).then((request) => {
      requests.push(request);
      arrivals.emit("request");
      reply(response, typeof answer === "function" ? answer(request, requests.length) : answer);
    });
  });
  const receiver = await listen(server);
  return Object.defineProperties({} as RecordingReceiver, {
    ...Object.getOwnPropertyDescriptors(receiver),
    requests: { value: requests },
    received: {
      value: async (count: number) => {
        while (requests.length < count) await once(arrivals, "request");
        return requests;
      },
    },
  });
}

async function readRequest(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return {
    id: String(incoming.headers["webhook-id"] ?? ""),
    method: incoming.method ?? "",
    path: incoming.url ?? "",
    headers: incoming.headers,
    body: Buffer.concat(chunks),
    receivedAtMs: Date.now(),
  };
}

function reply(response: ServerResponse, answer: Answer): void {
  const write = (): void => {
    response.writeHead(answer.status ?? 204, answer.headers);
    response.end(answer.body);
  };
  if (answer.delayMs === undefined) write();
  else setTimeout(write, answer.delayMs);
}
