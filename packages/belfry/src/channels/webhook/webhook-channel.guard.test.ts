import type { LookupAddress } from "node:dns";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import {
  type RecordingReceiver,
  startRecordingReceiver,
} from "../../../test/receivers/recording-receiver.ts";
import type { Outcome } from "../../domain/outcome.ts";
import type { Channel } from "../channel.ts";
import { outcomeOf } from "../contract/outcome-of.ts";
import { sampleMessage } from "../contract/sample-message.ts";
import { createWebhookChannel, type WebhookChannelOptions } from "./webhook-channel.ts";

const SECRET = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
const opened: AsyncDisposable[] = [];

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

function openChannel(options: Partial<WebhookChannelOptions>): Channel {
  const channel = createWebhookChannel({
    secrets: [SECRET],
    allow: [],
    userAgent: "Belfry/0.0.0",
    ...options,
  });
  opened.push({ [Symbol.asyncDispose]: () => channel.close() });
  return channel;
}

async function openReceiver(): Promise<RecordingReceiver> {
  const receiver = await startRecordingReceiver();
  opened.push(receiver);
  return receiver;
}

function send(channel: Channel, address: string): Promise<Outcome> {
  const message = sampleMessage({ destination: { address, secrets: [] } });
  return outcomeOf(channel.send(message, new AbortController().signal));
}

const to =
  (...addresses: string[]) =>
  async (): Promise<LookupAddress[]> =>
    addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));

describe("the guard of the webhook channel", () => {
  it("refuses for good when a name resolves to this machine", async () => {
    const receiver = await openReceiver();
    const channel = openChannel({ resolve: to("127.0.0.1") });
    const outcome = await send(channel, `http://hooks.example.com:${receiver.port}/hush`);
    expect(outcome).toEqual({
      kind: "permanent",
      error: expect.stringMatching(/^Cannot post to hooks\.example\.com:\d+: .*BELFRY_WEBHOOK_ALLOW/),
    });
    expect(receiver.totalConnections).toBe(0);
  });

  it("refuses the whole host when one of its addresses is not public", async () => {
    const channel = openChannel({ resolve: to("8.8.8.8", "10.0.0.1") });
    expect((await send(channel, "http://hooks.example.com/")).kind).toBe("permanent");
  });

  it.each([["::ffff:127.0.0.1"], ["::1"], ["fe80::1%eth0"], ["64:ff9b::7f00:1"], ["nonsense"]])(
    "refuses when a name resolves to %s",
    async (address) => {
      const channel = openChannel({ resolve: to(address) });
      expect((await send(channel, "https://hooks.example.com/")).kind).toBe("permanent");
    },
  );

  it("refuses a literal address without a look-up", async () => {
    const channel = openChannel({ resolve: () => Promise.reject(new Error("looked up")) });
    const outcome = await send(channel, "http://2130706433/");
    expect(outcome).toMatchObject({ kind: "permanent", error: expect.stringContaining("127.0.0.1") });
  });

  it("connects to the very address that was checked when the name turns to another one", async () => {
    const receiver = await openReceiver();
    const answers = [to("127.0.0.1"), to("10.0.0.1")];
    const resolve = (): Promise<LookupAddress[]> => (answers.shift() ?? to("10.0.0.1"))();
    const channel = openChannel({ resolve, allow: ["127.0.0.0/8"], connections: 1 });
    const address = `http://hooks.example.com:${receiver.port}/`;
    expect((await send(channel, address)).kind).toBe("delivered");
    // The connection is kept, so nothing is looked up; a new one meets the other address.
    expect((await send(channel, address)).kind).toBe("delivered");
    await receiver.close();
    expect((await send(channel, address)).kind).toMatch(/retryable|permanent/);
    expect((await send(channel, address)).kind).toBe("permanent");
  });

  it.each(["hooks.example.com", "*.example.com", "127.0.0.1", "127.0.0.0/8"])(
    "lets through when %s is allowed",
    async (entry) => {
      const receiver = await openReceiver();
      const channel = openChannel({ resolve: to("127.0.0.1"), allow: [entry] });
      const outcome = await send(channel, `http://hooks.example.com:${receiver.port}/`);
      expect(outcome.kind).toBe("delivered");
      expect(receiver.requests[0]?.headers.host).toBe(`hooks.example.com:${receiver.port}`);
    },
  );

  it("looks a name up once when many connections to it open together", async () => {
    const receiver = await openReceiver();
    let lookUps = 0;
    const resolve = async (): Promise<LookupAddress[]> => {
      lookUps += 1;
      await sleep(20);
      return [{ address: "127.0.0.1", family: 4 }];
    };
    const channel = openChannel({ resolve, allow: ["127.0.0.1"] });
    const address = `http://hooks.example.com:${receiver.port}/`;
    await Promise.all(Array.from({ length: 20 }, () => send(channel, address)));
    expect(lookUps).toBe(1);
    expect(receiver.requests).toHaveLength(20);
  });

  it.each([
    ["ENOTFOUND", "its name does not exist"],
    ["EAI_AGAIN", "its name cannot be resolved for now"],
  ])("is retryable when the look-up fails with %s", async (code, words) => {
    const channel = openChannel({ resolve: () => Promise.reject(Object.assign(new Error(), { code })) });
    const outcome = await send(channel, "https://hooks.example.com/");
    expect(outcome).toMatchObject({ kind: "retryable", error: expect.stringContaining(words) });
  });

  it("is retryable when a name has no address", async () => {
    const channel = openChannel({ resolve: to() });
    expect((await send(channel, "https://hooks.example.com/")).kind).toBe("retryable");
  });

  it("is retryable in time and sends nothing later when the look-up takes too long", async () => {
    const receiver = await openReceiver();
    const found = Promise.withResolvers<LookupAddress[]>();
    const channel = openChannel({ resolve: () => found.promise, allow: ["127.0.0.1"], timeoutMs: 50 });
    const address = `http://hooks.example.com:${receiver.port}/`;
    expect((await send(channel, address)).kind).toBe("retryable");
    found.resolve([{ address: "127.0.0.1", family: 4 }]);
    expect((await send(channel, address)).kind).toBe("delivered");
    expect(receiver.requests).toHaveLength(1);
  });
});
