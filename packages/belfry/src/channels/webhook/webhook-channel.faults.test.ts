import { afterEach, describe, expect, it } from "vitest";
import * as misbehaving from "../../../test/receivers/misbehaving-receivers.ts";
import { startRecordingReceiver } from "../../../test/receivers/recording-receiver.ts";
import type { Outcome } from "../../domain/outcome.ts";
import type { Channel } from "../channel.ts";
import { outcomeOf } from "../contract/outcome-of.ts";
import { sampleMessage } from "../contract/sample-message.ts";
import { createWebhookChannel, type WebhookChannelOptions } from "./webhook-channel.ts";

const SECRET = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
const TIMEOUT_MS = 200;
const opened: AsyncDisposable[] = [];

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

async function open<Opened extends AsyncDisposable>(opening: Promise<Opened>): Promise<Opened> {
  const one = await opening;
  opened.push(one);
  return one;
}

function openChannel(options: Partial<WebhookChannelOptions> = {}): Channel {
  const channel = createWebhookChannel({
    secrets: [SECRET],
    allow: ["127.0.0.1"],
    userAgent: "Belfry/0.0.0",
    timeoutMs: TIMEOUT_MS,
    ...options,
  });
  opened.push({ [Symbol.asyncDispose]: () => channel.close() });
  return channel;
}

function send(channel: Channel, address: string, signal = new AbortController().signal): Promise<Outcome> {
  return outcomeOf(channel.send(sampleMessage({ destination: { address, secrets: [] } }), signal));
}

/** The outcome, and how long it took in ms. */
async function timed(sending: Promise<Outcome>): Promise<{ outcome: Outcome; tookMs: number }> {
  const startedAt = performance.now();
  const outcome = await sending;
  return { outcome, tookMs: performance.now() - startedAt };
}

describe("send() of the webhook channel to a receiver that misbehaves", () => {
  it.each([
    ["hangs", misbehaving.startHangingReceiver],
    ["dribbles headers", misbehaving.startHeaderDribbler],
    ["sends interim answers without end", misbehaving.startInterimReceiver],
  ])("is retryable in time and cuts the connection when it %s", async (_case, start) => {
    const receiver = await open(start());
    const { outcome, tookMs } = await timed(send(openChannel(), receiver.url));
    const error = `Cannot post to 127.0.0.1:${receiver.port}: there was no answer within ${TIMEOUT_MS} ms`;
    expect(outcome).toEqual({ kind: "retryable", error });
    expect(tookMs).toBeLessThan(TIMEOUT_MS * 3);
    await expect.poll(() => receiver.openConnections, { interval: 5 }).toBe(0);
  });

  it.each([
    ["resets after the request", misbehaving.startResettingReceiver, /ECONNRESET|UND_ERR_SOCKET/],
    ["closes after the request", misbehaving.startClosingReceiver, /UND_ERR_SOCKET/],
    ["resets each connection", misbehaving.startRefusingReceiver, /ECONNRESET|UND_ERR_SOCKET|EPIPE/],
    ["floods with headers", misbehaving.startHeaderFlooder, /too many headers/],
    ["answers with garbage", misbehaving.startGarbageReceiver, /its answer is not HTTP/],
  ])("is retryable and says why when it %s", async (_case, start, reason) => {
    const receiver = await open(start());
    const outcome = await send(openChannel(), receiver.url);
    expect(outcome).toEqual({ kind: "retryable", error: expect.stringMatching(reason) });
  });

  it.each([
    ["dribbles a body", misbehaving.startBodyDribbler],
    ["sends half a body", misbehaving.startTruncatingReceiver],
  ])("goes by the status when it %s", async (_case, start) => {
    const channel = openChannel();
    const good = await open(start({ status: 202 }));
    const bad = await open(start({ status: 503 }));
    const gone = await open(start({ status: 410 }));
    expect(await send(channel, good.url)).toMatchObject({ kind: "delivered", response: { status: 202 } });
    expect(await send(channel, bad.url)).toMatchObject({ kind: "retryable", response: { status: 503 } });
    expect(await send(channel, gone.url)).toMatchObject({ kind: "permanent", switchOff: true });
    await expect.poll(() => good.openConnections, { interval: 5 }).toBe(0);
  });

  it("delivers at once and cuts the connection when it sends without end", async () => {
    const receiver = await open(misbehaving.startEndlessReceiver());
    const { outcome, tookMs } = await timed(send(openChannel({ timeoutMs: 10_000 }), receiver.url));
    const response = { status: 200, body: "c".repeat(1024) };
    expect(outcome).toEqual({ kind: "delivered", response });
    expect(tookMs).toBeLessThan(2_000);
    await expect.poll(() => receiver.openConnections, { interval: 5 }).toBe(0);
  });

  it("is retryable when it closes a kept connection just as the next message is sent", async () => {
    const receiver = await open(misbehaving.startKeepAliveCloser());
    const channel = openChannel({ connections: 1 });
    expect((await send(channel, receiver.url)).kind).toBe("delivered");
    expect((await send(channel, receiver.url)).kind).toBe("retryable");
    expect((await send(channel, receiver.url)).kind).toBe("delivered");
    expect(receiver.requestCount).toBe(3);
  });

  it("gives an outcome for each when it closes its connections after each answer", async () => {
    const receiver = await open(misbehaving.startIdleCloser());
    const channel = openChannel({ connections: 4, timeoutMs: 5_000 });
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => send(channel, receiver.url)));
    for (const { kind } of outcomes) expect(["delivered", "retryable"]).toContain(kind);
  });

  it("is retryable when nobody listens", async () => {
    const receiver = await startRecordingReceiver();
    await receiver.close();
    const outcome = await send(openChannel(), receiver.url);
    expect(outcome).toMatchObject({ kind: "retryable", error: expect.stringMatching(/ECONNREFUSED/) });
  });

  it("is retryable when https meets a server without TLS", async () => {
    const receiver = await open(startRecordingReceiver());
    const outcome = await send(openChannel(), receiver.url.replace("http:", "https:"));
    expect(outcome).toMatchObject({
      kind: "retryable",
      error: expect.stringMatching(/TLS|EPROTO|ECONNRESET/),
    });
  });

  it("lets other hosts through when one hangs", async () => {
    const hanging = await open(misbehaving.startHangingReceiver());
    const receiver = await open(startRecordingReceiver());
    const channel = openChannel({ connections: 2, timeoutMs: 2_000 });
    const ending = new AbortController();
    const waiting = Array.from({ length: 20 }, () => send(channel, hanging.url, ending.signal));
    for (let nth = 0; nth < 20; nth += 1) {
      expect((await send(channel, receiver.url)).kind).toBe("delivered");
    }
    ending.abort();
    const outcomes = await Promise.all(waiting);
    expect(outcomes.every(({ kind }) => kind === "retryable")).toBe(true);
  });

  it("never sends a message whose attempt timed out while it waited for a connection", async () => {
    const receiver = await open(misbehaving.startHangingReceiver());
    const channel = openChannel({ connections: 1 });
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => send(channel, receiver.url)));
    expect(outcomes.every(({ kind }) => kind === "retryable")).toBe(true);
    // The freed connection gave undici time to send what it had queued.
    expect((await send(channel, receiver.url)).kind).toBe("retryable");
    expect(receiver.requestCount).toBe(2);
  });

  it("works again when the receiver does", async () => {
    const receiver = await open(
      startRecordingReceiver((_request, nth) => (nth < 3 ? { delayMs: 60_000 } : {})),
    );
    const channel = openChannel({ connections: 1 });
    const kinds: string[] = [];
    for (let nth = 0; nth < 4; nth += 1) kinds.push((await send(channel, receiver.url)).kind);
    expect(kinds).toEqual(["retryable", "retryable", "delivered", "delivered"]);
  });
});

describe("send() of the webhook channel that had to wait for a connection", () => {
  it("asks once there is one, and posts nothing when the message may not leave any more", async () => {
    await using receiver = await startRecordingReceiver();
    const channel = openChannel();
    const message = sampleMessage({ destination: { address: receiver.url, secrets: [] } });
    const { signal } = new AbortController();
    const asked: boolean[] = [];
    const mayLeave = (answer: boolean) => () => {
      asked.push(answer);
      return answer;
    };
    expect(await channel.send(message, signal, mayLeave(false))).toBeNull();
    expect(receiver.requests).toEqual([]);
    expect(await channel.send(message, signal, mayLeave(true))).toMatchObject({ kind: "delivered" });
    expect(receiver.requests).toHaveLength(1);
    expect(asked).toEqual([false, true]);
  });
});
