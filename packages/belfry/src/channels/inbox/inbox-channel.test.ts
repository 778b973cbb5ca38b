import { describe, expect, it } from "vitest";
import type { InboxEntry } from "../../domain/inbox-entry.ts";
import { sampleMessage } from "../contract/sample-message.ts";
import { createInboxChannel } from "./inbox-channel.ts";

const signal = new AbortController().signal;

describe("createInboxChannel()", () => {
  it("keeps the message and then tells the listener when it is sent", async () => {
    const steps: [string, InboxEntry][] = [];
    const channel = createInboxChannel({
      put: async (entry) => void steps.push(["kept", entry]),
      onMessage: (entry) => steps.push(["told", entry]),
    });
    const message = sampleMessage({ content: { title: "Bins", data: [1] }, attemptAtMs: 5, dueMs: 4 });
    expect(await channel.send(message, signal)).toEqual({ kind: "delivered" });
    const { tenantId, deliveryId, reminderId, content } = message;
    const entry = { tenantId, deliveryId, reminderId, content, dueMs: 4, receivedAtMs: 5 };
    expect(steps).toEqual([
      ["kept", entry],
      ["told", entry],
    ]);
  });

  it("tells nobody when the message was not kept", async () => {
    const told: InboxEntry[] = [];
    const channel = createInboxChannel({
      put: () => Promise.reject(new Error("the store is locked")),
      onMessage: (entry) => told.push(entry),
    });
    expect(await channel.send(sampleMessage(), signal)).toEqual({
      kind: "retryable",
      error: "Cannot write to the inbox: the store is locked",
    });
    expect(told).toEqual([]);
  });

  it("delivers when the listener fails", async () => {
    const channel = createInboxChannel({
      put: async () => {},
      onMessage: () => {
        throw new Error("the terminal is gone");
      },
    });
    expect(await channel.send(sampleMessage(), signal)).toEqual({ kind: "delivered" });
  });

  it.each([undefined, ""])("checkAddress() takes no address when it is %j", (address) => {
    const channel = createInboxChannel({ put: async () => {} });
    expect(channel.checkAddress(address)).toEqual({ ok: true, destination: "inbox" });
  });

  it("checkAddress() refuses when there is an address", () => {
    const channel = createInboxChannel({ put: async () => {} });
    expect(channel.checkAddress("https://example.com/")).toMatchObject({ ok: false, allowed: "no address" });
  });
});
