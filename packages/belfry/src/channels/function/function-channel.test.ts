import { describe, expect, test } from "vitest";
import type { Outcome } from "../../domain/outcome.ts";
import { outcomeOf } from "../contract/outcome-of.ts";
import { sampleMessage } from "../contract/sample-message.ts";
import { type ChannelFunction, createFunctionChannel } from "./function-channel.ts";

function attempt(send: unknown, signal = new AbortController().signal): Promise<Outcome> {
  // Programs without types may hand over functions of any kind.
  const channel = createFunctionChannel({ name: "log", send: send as ChannelFunction });
  return outcomeOf(channel.send(sampleMessage(), signal));
}

describe("createFunctionChannel()", () => {
  test("hands the message and the signal over, and takes no answer for delivered", async () => {
    const { signal } = new AbortController();
    const seen: unknown[] = [];
    const outcome = await attempt(async (...given: unknown[]) => void seen.push(...given), signal);
    expect(outcome).toEqual({ kind: "delivered" });
    expect(seen).toEqual([
      expect.objectContaining({ deliveryId: expect.stringMatching(/^dlv_/), attempt: 1 }),
      signal,
    ]);
  });

  test("passes outcomes on", async () => {
    const outcomes: [Outcome, Outcome][] = [
      [
        { kind: "delivered", providerId: "p1" },
        { kind: "delivered", providerId: "p1" },
      ],
      [
        {
          kind: "retryable",
          error: "busy",
          retryAfterMs: 5_000,
          response: { status: 429, body: "slow down" },
        },
        {
          kind: "retryable",
          error: 'Cannot send by "log": busy',
          retryAfterMs: 5_000,
          response: { status: 429, body: "slow down" },
        },
      ],
      [
        { kind: "permanent", error: "no such number" },
        { kind: "permanent", error: 'Cannot send by "log": no such number' },
      ],
    ];
    for (const [told, kept] of outcomes) expect(await attempt(async () => told)).toEqual(kept);
  });

  test("takes what is thrown, at once or later, for a failure that may pass", async () => {
    const failed = { kind: "retryable", error: 'Cannot send by "log": out of paper' };
    const throwing = (): never => {
      throw new Error("out of paper");
    };
    expect(await attempt(throwing)).toEqual(failed);
    expect(await attempt(async () => throwing())).toEqual(failed);
    expect(await attempt(() => Promise.reject("out of paper"))).toEqual(failed);
  });

  test("takes an answer without a kind for delivered", async () => {
    for (const answer of [null, 3, "ok", { messageId: "<1@example.com>" }])
      expect(await attempt(() => answer)).toEqual({ kind: "delivered" });
  });

  test("does not try again what answered with a kind that is not known", async () => {
    expect(await attempt(() => ({ kind: "retriable", error: "busy" }))).toEqual({
      kind: "permanent",
      error:
        'Cannot send by "log": it answered with the kind retriable; allowed: delivered, retryable, permanent, or nothing',
    });
  });

  test("leaves out of an outcome what has not the right form, and cuts what is long", async () => {
    const wild = {
      kind: "retryable",
      retryAfterMs: Number.NaN,
      response: { status: "500", body: "b".repeat(5_000) },
    };
    const outcome = await attempt(() => wild);
    expect(outcome).toEqual({
      kind: "retryable",
      error: 'Cannot send by "log": it gave no reason',
      response: { body: `${"b".repeat(1024)}…` },
    });
    const failed = await attempt(() => Promise.reject(new Error("e".repeat(5_000))));
    expect(failed).toMatchObject({ error: `Cannot send by "log": ${"e".repeat(1024)}…` });
  });

  test("cuts no emoji in half, and takes anything that is thrown", async () => {
    const long = `${"e".repeat(1_023)}\u{1F600} and more`;
    const failed = await attempt(() => Promise.reject(new Error(long)));
    expect(failed).toEqual({
      kind: "retryable",
      error: `Cannot send by "log": ${"e".repeat(1_023)}…`,
    });
    const oddities = [Object.create(null), Object.assign(new Error("x"), { message: { toString: null } })];
    for (const odd of oddities)
      expect(await attempt(() => Promise.reject(odd))).toEqual({
        kind: "retryable",
        error: 'Cannot send by "log": it gave a reason that is no text',
      });
  });

  test("makes of each address a lane of its own", () => {
    const channel = createFunctionChannel({ name: "log", send: async () => {} });
    expect(channel.checkAddress("ada")).toEqual({ ok: true, destination: "ada" });
    expect(channel.checkAddress(undefined)).toEqual({ ok: true, destination: "log" });
    expect(channel).toMatchObject({ idempotent: false, concurrencyPerDestination: 50 });
  });
});
