import { gzipSync } from "node:zlib";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, it } from "vitest";
import { type Answering, startRecordingReceiver } from "../../../test/receivers/recording-receiver.ts";
import type { Outcome } from "../../domain/outcome.ts";
import type { Channel, Message } from "../channel.ts";
import { outcomeOf } from "../contract/outcome-of.ts";
import { sampleMessage } from "../contract/sample-message.ts";
import { createWebhookChannel, type WebhookChannelOptions } from "./webhook-channel.ts";

const SECRET = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
const OTHER_SECRET = `whsec_${Buffer.alloc(24, 2).toString("base64")}`;
const opened: AsyncDisposable[] = [];

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

function openChannel(options: Partial<WebhookChannelOptions> = {}): Channel {
  const channel = createWebhookChannel({
    secrets: [SECRET],
    allow: ["127.0.0.1"],
    userAgent: "Belfry/1.2.3",
    ...options,
  });
  opened.push({ [Symbol.asyncDispose]: () => channel.close() });
  return channel;
}

async function openReceiver(answer?: Answering) {
  const receiver = await startRecordingReceiver(answer);
  opened.push(receiver);
  return receiver;
}

function send(channel: Channel, address: string, part: Partial<Message> = {}): Promise<Outcome> {
  const message = sampleMessage({ destination: { address, secrets: [] }, ...part });
  return outcomeOf(channel.send(message, new AbortController().signal));
}

describe("send() of the webhook channel", () => {
  it("posts what Standard Webhooks says when the receiver takes it", async () => {
    const receiver = await openReceiver();
    await send(openChannel(), `${receiver.url}?a=b`, { deliveryId: "dlv_1", content: { text: "é✓😀" } });
    const [request] = await receiver.received(1);
    expect(request).toMatchObject({ method: "POST", path: "/hook?a=b", id: "dlv_1" });
    expect(request?.headers).toMatchObject({
      "content-type": "application/json",
      "user-agent": "Belfry/1.2.3",
      "webhook-timestamp": expect.stringMatching(/^\d{10}$/),
    });
    const verified = new Webhook(SECRET).verify(
      request?.body.toString() ?? "",
      request?.headers as Record<string, string>,
    );
    expect(verified).toMatchObject({ type: "reminder.due", message: "é✓😀" });
  });

  it("can be verified with either secret when the endpoint has two", async () => {
    const receiver = await openReceiver();
    const destination = { address: receiver.url, secrets: [SECRET, OTHER_SECRET] };
    await send(openChannel({ secrets: [] }), receiver.url, { destination });
    const [request] = await receiver.received(1);
    for (const secret of destination.secrets) {
      const body = request?.body.toString() ?? "";
      new Webhook(secret).verify(body, request?.headers as Record<string, string>);
    }
  });

  it("keeps id and body and takes the instant of the attempt when it is sent again", async () => {
    const receiver = await openReceiver();
    const channel = openChannel();
    await send(channel, receiver.url, { attempt: 1, attemptAtMs: 1_000_999 });
    await send(channel, receiver.url, { attempt: 2, attemptAtMs: 6_000_000 });
    const [first, second] = receiver.requests;
    expect(second?.id).toBe(first?.id);
    expect(second?.body).toEqual(first?.body);
    expect(receiver.requests.map(({ headers }) => headers["webhook-timestamp"])).toEqual(["1000", "6000"]);
  });

  it.each([200, 201, 202, 204, 299])("delivers when the answer is %i", async (status) => {
    const receiver = await openReceiver({ status });
    expect(await send(openChannel(), receiver.url)).toEqual({ kind: "delivered", response: { status } });
  });

  it.each([408, 425, 429, 500, 502, 503, 504, 599])("is retryable when the answer is %i", async (status) => {
    const receiver = await openReceiver({ status, body: "later" });
    expect(await send(openChannel(), receiver.url)).toEqual({
      kind: "retryable",
      error: expect.stringMatching(`^Cannot post to 127.0.0.1:${receiver.port}: it answered ${status}`),
      response: { status, body: "later" },
    });
  });

  it.each([400, 401, 403, 404, 405, 409, 413, 422, 499, 600])(
    "is permanent when the answer is %i",
    async (status) => {
      const receiver = await openReceiver({ status });
      const outcome = await send(openChannel(), receiver.url);
      expect(outcome).toMatchObject({ kind: "permanent", response: { status } });
      expect(outcome).not.toHaveProperty("switchOff");
    },
  );

  it("asks to switch the endpoint off when the answer is 410", async () => {
    const receiver = await openReceiver({ status: 410 });
    expect(await send(openChannel(), receiver.url)).toMatchObject({ kind: "permanent", switchOff: true });
  });

  it.each([
    ["7", 7_000],
    ["Sun, 15 Mar 2026 12:00:09 GMT", 9_000],
    ["-7", undefined],
  ])("takes the wait when Retry-After is %s", async (header, retryAfterMs) => {
    const receiver = await openReceiver({ status: 429, headers: { "retry-after": header } });
    const channel = openChannel({ now: () => Date.parse("2026-03-15T12:00:00Z") });
    const outcome = await send(channel, receiver.url);
    expect(outcome.kind === "retryable" && outcome.retryAfterMs).toBe(retryAfterMs);
  });

  it.each([301, 302, 303, 307, 308])("does not follow when the answer is %i", async (status) => {
    const other = await openReceiver();
    const location = `http://127.0.0.1:${other.port}/hush`;
    const receiver = await openReceiver({ status, headers: { location } });
    const outcome = await send(openChannel(), receiver.url);
    expect(outcome).toMatchObject({
      kind: "permanent",
      error: expect.stringMatching(`to 127.0.0.1:${other.port}; redirects are not followed$`),
    });
    expect(JSON.stringify(outcome)).not.toContain("hush");
    expect(other.requests).toHaveLength(0);
  });

  it("keeps 1 KiB and the connection when the answer is long", async () => {
    const receiver = await openReceiver({ status: 200, body: "x".repeat(30_000) });
    const channel = openChannel({ connections: 1 });
    for (const _ of [1, 2, 3]) {
      const outcome = await send(channel, receiver.url);
      expect(outcome).toEqual({ kind: "delivered", response: { status: 200, body: "x".repeat(1024) } });
    }
    expect(receiver.totalConnections).toBe(1);
  });

  it("keeps no body when the answer is packed", async () => {
    const body = gzipSync("hello");
    const receiver = await openReceiver({ status: 200, headers: { "content-encoding": "gzip" }, body });
    const outcome = await send(openChannel(), receiver.url);
    expect(outcome).toEqual({ kind: "delivered", response: { status: 200 } });
  });

  it("keeps readable text when the answer is binary", async () => {
    const receiver = await openReceiver({ status: 200, body: Buffer.from([0, 0xff, 0x41]) });
    const outcome = await send(openChannel(), receiver.url);
    expect(outcome).toMatchObject({ response: { body: "\uFFFD\uFFFDA" } });
  });

  it("keeps its connections when messages follow each other", async () => {
    const receiver = await openReceiver();
    const channel = openChannel();
    for (let nth = 0; nth < 20; nth += 1) await send(channel, receiver.url);
    // Two, as a connection rests for a turn of the event loop after each answer.
    expect(receiver.totalConnections).toBeLessThanOrEqual(2);
  });

  it("opens no more connections than allowed when many messages go at once", async () => {
    const receiver = await openReceiver();
    const channel = openChannel({ connections: 3 });
    await Promise.all(Array.from({ length: 50 }, () => send(channel, receiver.url)));
    expect(receiver.requests).toHaveLength(50);
    expect(receiver.totalConnections).toBeLessThanOrEqual(3);
  });

  it("is permanent and names the endpoint's secret by number when it cannot be read", async () => {
    const receiver = await openReceiver();
    const destination = { address: receiver.url, secrets: ["whsec_hush"] };
    const outcome = await send(openChannel(), receiver.url, { destination });
    expect(outcome).toMatchObject({ kind: "permanent", error: expect.stringContaining("secret 1") });
    expect(JSON.stringify(outcome)).not.toContain("hush");
    expect(receiver.requests).toHaveLength(0);
  });
});

describe("createWebhookChannel()", () => {
  it("throws when an entry of the allow list cannot be read", () => {
    expect(() => openChannel({ allow: ["10/8"] })).toThrow(/^Cannot allow "10\/8": .*; allowed: /);
  });

  it("throws when a secret cannot be read", () => {
    expect(() => openChannel({ secrets: ["secret"] })).toThrow(/^Cannot use this webhook secret: /);
  });
});
