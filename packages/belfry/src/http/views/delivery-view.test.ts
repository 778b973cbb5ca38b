import { describe, expect, test } from "vitest";
import type { Attempt, Delivery } from "../../domain/delivery.ts";
import { deliveryResource, deliveryStoryResource } from "./delivery-view.ts";

const DUE = Date.UTC(2026, 2, 1, 9);

function attempt(number: number, outcome: Attempt["outcome"], change: Partial<Attempt> = {}): Attempt {
  return {
    number,
    worker: "wrk_1",
    startedAtMs: DUE + number * 1_000,
    durationMs: 12.3456,
    outcome,
    ...change,
  };
}

function delivery(change: Partial<Delivery> = {}): Delivery {
  return {
    tenantId: "tnt_1",
    id: "dlv_1",
    reminderId: "rem_1",
    occurrenceId: "occ_1",
    recipientId: null,
    recipientEpoch: 0,
    series: "rem_1",
    kind: "rule",
    epoch: 0,
    state: "scheduled",
    lane: "tnt_1 example.com",
    channel: "webhook",
    target: "https://example.com/",
    occurrence: {
      key: "2026-03-01T09:00",
      nominal: "2026-03-01T09:00",
      dueMs: DUE,
      resolution: { kind: "exact", timeZone: "UTC", zoneData: "2026a" },
    },
    number: 1,
    onward: null,
    sendAtMs: DUE,
    expiresAtMs: DUE + 86_400_000,
    attempts: 0,
    lostLeases: 0,
    story: [],
    note: null,
    reason: null,
    redrivenAtMs: null,
    acceptedAtMs: DUE - 60_000,
    promotedAtMs: DUE - 30_000,
    settledAtMs: null,
    ...change,
  };
}

const wordsOf = (of: Delivery): string[] => deliveryStoryResource(of).story.map((line) => line.text);

describe("deliveryResource()", () => {
  test("shows where it goes: an address, an endpoint, or a channel that needs neither", () => {
    expect(deliveryResource(delivery()).to).toEqual({ channel: "webhook", address: "https://example.com/" });
    expect(deliveryResource(delivery({ target: "endpoint:billing" })).to).toEqual({ endpoint: "billing" });
    expect(deliveryResource(delivery({ channel: "inbox", target: "" })).to).toEqual({ channel: "inbox" });
  });

  test("measures lateness from due to the attempt that delivered, else to the last, else not", () => {
    expect(deliveryResource(delivery()).latenessMs).toBeNull();
    const failed = [attempt(1, "retryable"), attempt(2, "retryable")];
    expect(deliveryResource(delivery({ story: failed })).latenessMs).toBe(2_000);
    const delivered = [attempt(1, "delivered", { startedAtMs: DUE + 1.23456 }), attempt(2, "permanent")];
    expect(deliveryResource(delivery({ story: delivered })).latenessMs).toBe(1);
  });
});

describe("storyOf()", () => {
  test("tells each attempt, by whom, and how it ended", () => {
    const story = [
      attempt(1, "retryable", { error: "it answered 500" }),
      attempt(2, "in-doubt"),
      attempt(3, "permanent", { error: "it answered 410" }),
    ];
    const dead = delivery({ story, state: "dead", reason: "it answered 410", settledAtMs: DUE + 4_000 });
    expect(wordsOf(dead)).toEqual([
      "The reminder was accepted.",
      "The occurrence 2026-03-01T09:00 became a delivery, due 2026-03-01T09:00:00Z.",
      "Attempt 1, claimed by wrk_1, failed after 12 ms: it answered 500.",
      "Attempt 2, claimed by wrk_1, ended without a word: it may have been sent.",
      "Attempt 3, claimed by wrk_1, was refused for good after 12 ms: it answered 410.",
      "It is dead: it answered 410.",
    ]);
  });

  test("tells each redrive where it happened, and how the delivery had ended before it", () => {
    const ended = (reason: string) => ({ state: "dead" as const, reason });
    const story = [
      attempt(1, "permanent", { error: "it answered 410", ended: ended("it answered 410") }),
      attempt(2, "in-doubt"),
      attempt(3, "retryable", { error: "it answered 500", redrivenAtMs: DUE + 1_500 }),
      attempt(4, "retryable", { error: "it answered 502", ended: ended("failed 2 of 2 attempts") }),
    ];
    const back = delivery({ story, redrivenAtMs: DUE + 4_500 });
    const lines = deliveryStoryResource(back).story.slice(2, -1);
    expect(lines.map(({ event, text }) => (event === "attempt" ? text.slice(0, 9) : text))).toEqual([
      "Attempt 1",
      "It is dead: it answered 410.",
      "It was brought back by hand, to be sent at once.",
      "Attempt 2",
      "Attempt 3",
      "Attempt 4",
      "It is dead: failed 2 of 2 attempts.",
      "It was brought back by hand, to be sent at once.",
    ]);
    const times = lines.map(({ at }) => Date.parse(at));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test("tells the last end once, and the redrive of a story that does not tell of it itself", () => {
    const ended = { state: "dead" as const, reason: "it answered 410" };
    const dead = delivery({
      story: [attempt(1, "permanent", { ended })],
      state: "dead",
      reason: "it answered 410",
      settledAtMs: DUE + 2_000,
    });
    expect(wordsOf(dead).filter((text) => text.startsWith("It is dead"))).toHaveLength(1);
    const old = delivery({
      story: [attempt(1, "permanent"), attempt(2, "delivered")],
      redrivenAtMs: DUE + 1_500,
    });
    expect(deliveryStoryResource(old).story.map(({ event }) => event)).toEqual([
      "accepted",
      "promoted",
      "attempt",
      "redriven",
      "attempt",
      "waiting",
    ]);
  });

  test("tells until when it waits, that a worker holds it, or that it is delivered", () => {
    expect(wordsOf(delivery()).at(-1)).toBe("It waits until 2026-03-01T09:00:00Z.");
    expect(wordsOf(delivery({ state: "leased" })).at(-1)).toBe("A worker holds it to send it.");
    const kept = delivery({ state: "leased", attempts: 1, reason: "it answered 500" });
    expect(wordsOf(kept).at(-1)).toBe(
      "A worker holds it to try it again at 2026-03-01T09:00:00Z: it answered 500.",
    );
    const settledAtMs = DUE + 15;
    const done = delivery({ state: "delivered", story: [attempt(1, "delivered")], settledAtMs });
    expect(wordsOf(done).slice(-2)).toEqual([
      "Attempt 1, claimed by wrk_1, delivered it after 12 ms.",
      "It is delivered.",
    ]);
  });

  test("tells how the nominal time was resolved when it was not exact", () => {
    const { occurrence } = delivery();
    const resolution = { ...occurrence.resolution, kind: "gap" as const, note: "02:30 is skipped" };
    expect(wordsOf(delivery({ occurrence: { ...occurrence, resolution } }))[1]).toContain(
      "(02:30 is skipped)",
    );
  });
});
