// A receiver in a process of its own that fails as receivers do, and knows what it has taken. The path says
// how it behaves; what it has taken is told by `webhook-id`.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Arrival } from "./receiving.ts";

interface Payload {
  timestamp: string;
  data: { n: number };
}

const SLOW_MS = 150;
/** Of the posts to an endpoint, each so manieth is answered that it is gone. */
const GONE_EVERY = 150;

const arrivals = new Map<string, Arrival>();
let latenessMs: number[] = [];
let posts = 0;

function answer(response: ServerResponse, arrival: Arrival, status = 204): void {
  if (status === 204) arrival.taken += 1;
  response.writeHead(status).end();
}

/** By path: what becomes of the attempt. */
const BEHAVIOURS: Readonly<Record<string, (response: ServerResponse, arrival: Arrival) => void>> = {
  "/fine": answer,
  "/flaky": (response, arrival) => answer(response, arrival, arrival.attempts === 1 ? 503 : 204),
  "/dead": (response, arrival) => answer(response, arrival, arrival.attempts <= 2 ? 500 : 204),
  "/slow": (response, arrival) => void setTimeout(() => answer(response, arrival), SLOW_MS),
  "/reset": (response, arrival) => {
    if (arrival.attempts === 1) response.destroy();
    else answer(response, arrival);
  },
  // The first attempt is never answered.
  "/hang": (response, arrival) => {
    if (arrival.attempts > 1) answer(response, arrival);
  },
  "/gone": (response, arrival) => {
    posts += 1;
    answer(response, arrival, arrival.attempts === 1 && posts % GONE_EVERY === 0 ? 410 : 204);
  },
};

function take(request: IncomingMessage, response: ServerResponse, text: string): void {
  const id = String(request.headers["webhook-id"]);
  const payload = JSON.parse(text) as Payload;
  const dueMs = Date.parse(payload.timestamp);
  const arrival = arrivals.get(id) ?? { id, n: payload.data.n, dueMs, attempts: 0, taken: 0 };
  arrivals.set(id, arrival);
  arrival.attempts += 1;
  const isTimely = request.url === "/fine" && arrival.attempts === 1;
  if (isTimely) latenessMs.push(performance.timeOrigin + performance.now() - dueMs);
  BEHAVIOURS[request.url ?? ""]?.(response, arrival);
}

function listen(): Promise<number> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => take(request, response, String(Buffer.concat(chunks))));
  });
  server.keepAliveTimeout = 60_000;
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

process.on("message", (message) => {
  if (message === "arrivals") process.send?.([...arrivals.values()]);
  if (message !== "lateness") return;
  process.send?.(latenessMs);
  latenessMs = [];
});
process.on("disconnect", () => process.exit());
// Two, since what hangs or fails must not make the other late.
process.send?.([await listen(), await listen()]);
