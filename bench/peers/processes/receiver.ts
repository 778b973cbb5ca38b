// The receiver of all programs, in a process of its own: notes when each reminder came, by the number in its
// message, and answers 204, or, if it was told so, 500 to the first attempt of every so many.
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { serveCalls } from "./calls.ts";

/** What is expected next. */
export interface Expectation {
  /** The number of the first reminder. */
  first: number;
  count: number;
  /** Every so many answers 500 once; 0: none. */
  failEvery: number;
  /** How long each answer takes, in ms; 0: none waits. */
  answerAfterMs: number;
}

/** What has come. */
export interface Arrivals {
  /** When each of the reminders was taken, in ms since the epoch; NaN: not yet. */
  takenAtMs: Float64Array;
  /** Posts beyond the first that was taken of each: repeats. */
  repeats: number;
  refused: number;
  /** The length of the last body. */
  bodyBytes: number;
}

let expected: Expectation = { first: 0, count: 0, failEvery: 0, answerAfterMs: 0 };
let arrivals: Arrivals = { takenAtMs: new Float64Array(0), repeats: 0, refused: 0, bodyBytes: 0 };
let refusedOnce = new Uint8Array(0);
let taken = 0;
/** Told once so many have been taken. */
let waiting: { count: number; resolve: () => void }[] = [];
let clockOffsetMs = 0;

const onRequest: RequestListener = (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const status = take(String(chunks[0]));
    const { answerAfterMs } = expected;
    if (answerAfterMs === 0) response.writeHead(status).end();
    else setTimeout(() => response.writeHead(status).end(), answerAfterMs);
  });
};

/** Takes what it is sent, and never answers. */
const onRequestUnanswered: RequestListener = (request) => request.resume();

/** Another host, in that it has a port of its own; resolves with the port. */
async function openHost(listener: RequestListener): Promise<number> {
  const host = createServer(listener);
  host.keepAliveTimeout = 60_000;
  host.listen(0, "127.0.0.1");
  await once(host, "listening");
  return (host.address() as AddressInfo).port;
}

function take(body: string): number {
  const index = Number(/"message":"hello (\d+)"/.exec(body)?.[1]) - expected.first;
  // Of an earlier measurement.
  if (!(index >= 0 && index < expected.count)) return 204;
  arrivals.bodyBytes = body.length;
  if (expected.failEvery > 0 && index % expected.failEvery === 0 && refusedOnce[index] === 0) {
    refusedOnce[index] = 1;
    arrivals.refused += 1;
    return 500;
  }
  if (Number.isNaN(arrivals.takenAtMs[index])) {
    arrivals.takenAtMs[index] = performance.now() + clockOffsetMs;
    taken += 1;
    tellReached();
  } else arrivals.repeats += 1;
  return 204;
}

function tellReached(): void {
  if (waiting.length === 0) return;
  const reached = waiting.filter(({ count }) => taken >= count);
  waiting = waiting.filter(({ count }) => taken < count);
  for (const { resolve } of reached) resolve();
}

/** From the monotonic clock to the wall clock, to some microseconds: the wall clock alone counts whole ms. */
function measureOffset(): number {
  const begunMs = Date.now();
  for (;;) {
    const nowMs = Date.now();
    if (nowMs !== begunMs) return nowMs - performance.now();
  }
}

function expect(expectation: Expectation): void {
  expected = expectation;
  const takenAtMs = new Float64Array(expectation.count).fill(Number.NaN);
  arrivals = { takenAtMs, repeats: 0, refused: 0, bodyBytes: 0 };
  refusedOnce = new Uint8Array(expectation.count);
  taken = 0;
  waiting = [];
  clockOffsetMs = measureOffset();
}

const port = await openHost(onRequest);
serveCalls({
  port: () => port,
  hosts: (count: number) => Promise.all(Array.from({ length: count }, () => openHost(onRequest))),
  silentHosts: (count: number) =>
    Promise.all(Array.from({ length: count }, () => openHost(onRequestUnanswered))),
  expect,
  count: () => taken,
  until: (count: number) =>
    new Promise<void>((resolve) => {
      waiting.push({ count, resolve });
      tellReached();
    }),
  arrivals: () => arrivals,
});
