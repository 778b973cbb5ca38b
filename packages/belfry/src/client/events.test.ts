import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { ApiError, UnreachableError } from "./api-error.ts";
import { openEventStream } from "./event-stream.ts";
import { type EventOptions, eventsOf, type LostStream } from "./events.ts";

type Answer = (response: ServerResponse) => void;

const closers: (() => void)[] = [];

/** A server that answers each call as the next of the list says, the last one for ever. */
async function serverOf(...answers: Answer[]) {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    (answers.length > 1 ? answers.shift() : answers[0])?.(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

function stream(text: string, isLeftOpen = false): Answer {
  return (response) => {
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" }).write(text);
    if (!isLeftOpen) response.end();
  };
}

function refuse(status: number): Answer {
  const problem = { status, code: "refused", detail: "Cannot read the events: no" };
  return (response) => {
    response.writeHead(status, { "retry-after": "3" }).end(JSON.stringify(problem));
  };
}

function message(id: number): string {
  const event = { id: String(id), type: "delivery.dead", at: "2026-12-01T08:00:00Z" };
  return `id: ${id}\nevent: delivery.dead\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Takes so many events and notes what became of the connection; waits cost no time. */
async function take(url: string, count: number, options: EventOptions = {}) {
  const waits: number[] = [];
  const lost: LostStream[] = [];
  const events = eventsOf({ url: `${url}/`, key: "bel_test" });
  const wait = async (ms: number): Promise<void> => {
    waits.push(ms);
  };
  const ids: string[] = [];
  for await (const event of events({ onLost: (one) => lost.push(one), wait, random: () => 1, ...options })) {
    ids.push(event.id);
    if (ids.length === count) break;
  }
  return { ids, waits, lost };
}

describe("events()", () => {
  test("asks for what is wanted and gives each event", async () => {
    const { url, seen } = await serverOf(stream(message(1) + message(2)));
    const options = { types: ["delivery.dead", "endpoint.off"], reminder: "rem_1", after: "0" } as const;
    expect((await take(url, 2, options)).ids).toEqual(["1", "2"]);
    expect(seen[0]?.url).toBe("/v1/events?types=delivery.dead%2Cendpoint.off&reminder=rem_1&after=0");
    expect(seen[0]?.headers).toMatchObject({
      authorization: "Bearer bel_test",
      accept: "text/event-stream",
    });
  });

  test("goes on after the last event when the stream ends, is refused or is not answered", async () => {
    const dropped: Answer = (response) => response.destroy();
    const { url, seen } = await serverOf(
      stream(`id: 0\n\n${message(1)}`),
      refuse(503),
      dropped,
      stream(`${message(2)}`),
    );
    const { ids, waits, lost } = await take(url, 2);
    expect(ids).toEqual(["1", "2"]);
    expect(seen.map(({ headers }) => headers["last-event-id"])).toEqual([undefined, "1", "1", "1"]);
    // The refusal says when to come back.
    expect(waits).toEqual([500, 3000, 2000]);
    expect(lost.map(({ error }) => error?.constructor)).toEqual([undefined, ApiError, UnreachableError]);
  });

  test("goes on from where the stream began when it breaks before any event", async () => {
    const { url, seen } = await serverOf(stream("id: 41\n\n"), stream(message(42)));
    expect((await take(url, 1)).ids).toEqual(["42"]);
    expect(seen[1]?.headers["last-event-id"]).toBe("41");
  });

  test("waits ever longer, to half a minute, and as the stream says", async () => {
    const empty = Array.from({ length: 6 }, () => stream(""));
    const { url } = await serverOf(stream("retry: 4000\n\n"), ...empty, stream(message(1)));
    const { waits } = await take(url, 1);
    expect(waits).toEqual([4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000]);
  });

  test("tells of a gap, and of each time the stream is open", async () => {
    const told: string[] = [];
    const { url } = await serverOf(stream("event: gap\ndata: {}\n\n"), stream(message(7)));
    await take(url, 1, { onGap: () => told.push("gap"), onOpen: () => told.push("open") });
    expect(told).toEqual(["open", "gap", "open"]);
  });

  test.each([
    ["refuses", refuse(401), ApiError],
    ["is too busy", refuse(503), ApiError],
    ["drops the call", (response: ServerResponse) => response.destroy(), UnreachableError],
    ["is no Belfry", (response: ServerResponse) => response.end("<html>"), UnreachableError],
  ])("throws when the server %s at first", async (_name, answer, kind) => {
    const { url } = await serverOf(answer);
    await expect(take(url, 1)).rejects.toBeInstanceOf(kind);
  });

  test("throws when the key is refused later", async () => {
    const { url } = await serverOf(stream(message(1)), refuse(401));
    await expect(take(url, 2)).rejects.toMatchObject({ status: 401, retryAfterMs: 3000 });
  });

  test("ends without an error when it is told to", async () => {
    const ending = new AbortController();
    const { url } = await serverOf(stream(message(1), true));
    const events = eventsOf({ url, key: "k" })({ signal: ending.signal });
    expect((await events.next()).value).toMatchObject({ id: "1" });
    const next = events.next();
    ending.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});

describe("openEventStream()", () => {
  test("breaks when nothing is heard for too long", async () => {
    const { url } = await serverOf(stream(": hello\n\n", true));
    const request = { query: {}, lastEventId: undefined, signal: undefined, longestSilenceMs: 20 };
    const messages = await openEventStream({ url, key: "k" }, request);
    await expect(Array.fromAsync(messages)).rejects.toThrow(/nothing came for 0.02 s/);
  });
});
