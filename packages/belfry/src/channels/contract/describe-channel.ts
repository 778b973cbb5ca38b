import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Content, Json } from "../../domain/content.ts";
import type { Outcome } from "../../domain/outcome.ts";
import type { Channel, Message } from "../channel.ts";
import { outcomeOf } from "./outcome-of.ts";
import { sampleMessage } from "./sample-message.ts";

/** A channel together with a local other side that the suite can look at and break. */
export interface ChannelUnderTest {
  channel: Channel;
  /** An address that works; empty where the channel needs none. */
  address: string;
  /** The delivery ids that the other side got, one for each attempt, oldest first. */
  seenIds(): readonly string[];
  /** From now on the other side fails every attempt in a way that may pass. */
  fail(): void;
  /** From now on the other side never answers. */
  hang(): void;
  /** Connections that are open to the other side. */
  openConnections(): number;
  /** Stops the other side. */
  dispose(): Promise<void>;
}

/** What a channel cannot be tested for, each with its reason. */
export interface ChannelSkips {
  /** Why no other side can keep it waiting. */
  hang?: string;
  /** Why it refuses no address. */
  refuse?: string;
}

/** The suite that every channel passes. */
export function describeChannel(
  name: string,
  create: () => Promise<ChannelUnderTest>,
  skips: ChannelSkips = {},
): void {
  describe(`${name} channel contract`, () => {
    let side: ChannelUnderTest;
    beforeEach(async () => {
      side = await create();
    });
    afterEach(async () => {
      await side.channel.close();
      await side.dispose();
    });
    const current = (): ChannelUnderTest => side;
    describeDeclarations(name, current);
    describeAddresses(current);
    describe.skipIf(skips.refuse !== undefined)(
      `of addresses${skips.refuse ? ` (skipped: ${skips.refuse})` : ""}`,
      () => describeRefusing(current),
    );
    describeSending(current);
    describeEnding(current);
    describe.skipIf(skips.hang !== undefined)(
      `while it waits${skips.hang ? ` (skipped: ${skips.hang})` : ""}`,
      () => describeWaiting(current),
    );
  });
}

type Current = () => ChannelUnderTest;

function describeDeclarations(name: string, current: Current): void {
  it("declares its name, whether it is idempotent and how many attempts may run at once", () => {
    const { channel } = current();
    expect(channel.name).toBe(name);
    expect(channel.idempotent).toBeTypeOf("boolean");
    expect(Number.isInteger(channel.concurrencyPerDestination)).toBe(true);
    expect(channel.concurrencyPerDestination).toBeGreaterThan(0);
  });
}

function describeAddresses(current: Current): void {
  it("checkAddress() names the destination when the address works", () => {
    const { channel, address } = current();
    expect(channel.checkAddress(address)).toEqual({ ok: true, destination: expect.stringMatching(/./) });
  });

  it("checkAddress() answers without throwing when the address is anything at all", () => {
    const { channel } = current();
    const addresses = fc.oneof(fc.string({ unit: "binary" }), fc.webUrl(), fc.constant(undefined));
    fc.assert(
      fc.property(addresses, (address) => {
        const check = channel.checkAddress(address);
        if (check.ok) expect(check.destination).not.toBe("");
        else expect(check.message).toMatch(/^Cannot .+: /);
      }),
    );
  });
}

function describeRefusing(current: Current): void {
  it("send() gives a permanent outcome when the address is one that checkAddress() refuses", async () => {
    const { channel } = current();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", minLength: 1 }), async (address) => {
        fc.pre(!channel.checkAddress(address).ok);
        const outcome = await sendTo(channel, { destination: { address, secrets: [] } });
        expect(outcome.kind).toBe("permanent");
      }),
    );
  });
}

function describeSending(current: Current): void {
  it("send() gives a delivered outcome when the other side takes the message", async () => {
    expect(await send(current())).toMatchObject({ kind: "delivered" });
  });

  it("send() gives the delivery's id to the other side when it is the first try and each later one", async () => {
    const side = current();
    for (const attempt of [1, 2, 3]) await send(side, { deliveryId: "dlv_same", attempt });
    expect(new Set(side.seenIds())).toEqual(new Set(["dlv_same"]));
  });

  it("send() delivers when the content is any text and data", async () => {
    const side = current();
    await fc.assert(
      fc.asyncProperty(contents, async (content) => {
        expect(await send(side, { content })).toMatchObject({ kind: "delivered" });
      }),
      { numRuns: 30 },
    );
  });

  it("send() gives a retryable outcome with its reason when the other side fails", async () => {
    const side = current();
    side.fail();
    const outcome = await send(side);
    expect(outcome).toMatchObject({ kind: "retryable", error: expect.stringMatching(/^Cannot .+: /) });
  });
}

function describeEnding(current: Current): void {
  it("send() gives a retryable outcome and sends nothing when the signal is aborted before", async () => {
    const side = current();
    const outcome = await send(side, {}, AbortSignal.abort());
    expect(outcome.kind).toBe("retryable");
    expect(side.seenIds()).toEqual([]);
  });

  it("close() leaves no connection open when messages were sent, and may be called again", async () => {
    const side = current();
    await Promise.all([1, 2, 3].map(() => send(side)));
    await side.channel.close();
    await expect.poll(() => side.openConnections(), { interval: 5 }).toBe(0);
    await side.channel.close();
  });

  it("send() gives an outcome when the channel is closed", async () => {
    const side = current();
    await side.channel.close();
    expect(await send(side)).toHaveProperty("kind");
  });
}

function describeWaiting(current: Current): void {
  it("send() gives a retryable outcome at once when the signal is aborted while it waits", async () => {
    const side = current();
    side.hang();
    const ending = new AbortController();
    const sending = send(side, {}, ending.signal);
    await expect.poll(() => side.seenIds().length, { interval: 5 }).toBe(1);
    ending.abort();
    expect((await sending).kind).toBe("retryable");
  });

  it("close() ends an attempt with a retryable outcome when the other side does not answer", async () => {
    const side = current();
    side.hang();
    const sending = send(side);
    await expect.poll(() => side.seenIds().length, { interval: 5 }).toBe(1);
    await side.channel.close();
    expect((await sending).kind).toBe("retryable");
  });
}

/** All that JSON can say, half surrogate pairs included. */
const contents: fc.Arbitrary<Content> = fc.record(
  {
    title: fc.string({ unit: "binary" }),
    text: fc.string({ unit: "binary" }),
    html: fc.string({ unit: "binary" }),
    data: fc.jsonValue().map((value) => value as Json),
  },
  { requiredKeys: ["text"] },
);

function send(side: ChannelUnderTest, part: Partial<Message> = {}, signal?: AbortSignal): Promise<Outcome> {
  return sendTo(side.channel, { destination: { address: side.address, secrets: [] }, ...part }, signal);
}

function sendTo(
  channel: Channel,
  part: Partial<Message>,
  signal = new AbortController().signal,
): Promise<Outcome> {
  return outcomeOf(channel.send(sampleMessage(part), signal));
}
