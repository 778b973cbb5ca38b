import { describe, expect, it } from "vitest";
import { sampleMessage } from "../contract/sample-message.ts";
import { payloadBytes } from "./payload.ts";

const payloadOf = (...parts: Parameters<typeof sampleMessage>): unknown =>
  JSON.parse(payloadBytes(sampleMessage(...parts)).toString());

describe("payloadBytes()", () => {
  it("says what, whom and when when the content is text", () => {
    expect(payloadOf({ occurrenceId: "occ_1", userId: "rcp_1", content: { text: "Bins" } })).toEqual({
      type: "reminder.due",
      message: "Bins",
      eventId: "occ_1",
      userId: "rcp_1",
      timestamp: "2025-03-15T14:00:00Z",
      data: null,
    });
  });

  it("adds title and html when the content has them", () => {
    const content = { title: "Bins", html: "<b>Bins</b>", data: { street: 4 } };
    expect(payloadOf({ content })).toMatchObject({ message: "Bins", ...content });
  });

  it("gives milliseconds when the instant is not a whole second", () => {
    expect(payloadOf({ dueMs: Date.parse("2025-03-15T14:00:00.250Z") })).toMatchObject({
      timestamp: "2025-03-15T14:00:00.250Z",
    });
  });

  it("is the same on each attempt when nothing but the attempt changed", () => {
    const first = sampleMessage({ attempt: 1, attemptAtMs: 1 });
    expect(payloadBytes({ ...first, attempt: 2, attemptAtMs: 2 })).toEqual(payloadBytes(first));
  });
});
