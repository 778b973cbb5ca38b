import { describe, expect, test } from "vitest";
import type { Delivery } from "./delivery.ts";
import type { DeliveryPolicy } from "./reminder.ts";
import { judgeClaim, judgeOutcome, MAX_LOST_LEASES } from "./settlement.ts";

const NOW = 1_000_000;
const policy: DeliveryPolicy = {
  catchUp: "latest",
  usefulForMs: 60_000,
  retry: { maxAttempts: 3, initialMs: 1_000, maxMs: 10_000 },
  inDoubt: "resend",
};

function deliveryWith(change: Partial<Delivery> = {}): Delivery {
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
    state: "leased",
    lane: "l",
    channel: "webhook",
    target: "http://one.test/",
    occurrence: {
      key: "k",
      nominal: "n",
      dueMs: NOW,
      resolution: { kind: "exact", timeZone: null, zoneData: "test" },
    },
    number: 1,
    onward: null,
    sendAtMs: NOW,
    expiresAtMs: NOW + 60_000,
    attempts: 0,
    lostLeases: 0,
    story: [],
    note: null,
    reason: null,
    acceptedAtMs: 0,
    promotedAtMs: 0,
    redrivenAtMs: null,
    settledAtMs: null,
    ...change,
  };
}

const judge = (outcome: Parameters<typeof judgeOutcome>[0], change: Partial<Delivery> = {}) =>
  judgeOutcome(outcome, { delivery: deliveryWith(change), policy, nowMs: NOW, random: 0.5 });

describe("judgeClaim()", () => {
  test("lets a delivery go while it is useful", () => {
    expect(judgeClaim(deliveryWith(), policy, NOW + 60_000)).toBeNull();
    expect(judgeClaim(deliveryWith(), policy, NOW + 60_001)).toMatchObject({ state: "expired" });
  });

  test("sends one in doubt again, or holds it, as asked", () => {
    const doubtful = deliveryWith({ lostLeases: 1 });
    expect(judgeClaim(doubtful, policy, NOW)).toBeNull();
    expect(judgeClaim(doubtful, { ...policy, inDoubt: "hold" }, NOW)).toMatchObject({ state: "dead" });
  });

  test("gives up one that seems to kill its workers", () => {
    expect(judgeClaim(deliveryWith({ lostLeases: MAX_LOST_LEASES }), policy, NOW)).toBeNull();
    expect(judgeClaim(deliveryWith({ lostLeases: MAX_LOST_LEASES + 1 }), policy, NOW)).toMatchObject({
      state: "dead",
    });
  });
});

describe("judgeOutcome()", () => {
  test("settles what was delivered, and keeps what the delivery stands for", () => {
    const verdict = judge({ kind: "delivered" }, { note: "was missed", reason: "HTTP 500" });
    expect(verdict).toEqual({ state: "delivered", reason: "was missed" });
  });

  test("makes a dead letter of what is permanent, at once", () => {
    expect(judge({ kind: "permanent", error: "404" })).toEqual({ state: "dead", reason: "404" });
  });

  test("tries again after the backoff of the attempt that failed", () => {
    const first = judge({ kind: "retryable", error: "500" });
    expect(first).toEqual({ state: "retrying", sendAtMs: NOW + 500, reason: "500" });
    expect(judge({ kind: "retryable", error: "500" }, { attempts: 1 })).toMatchObject({
      sendAtMs: NOW + 1_000,
    });
  });

  test("waits as long as it is told instead of the backoff", () => {
    expect(judge({ kind: "retryable", error: "429", retryAfterMs: 9_000 })).toMatchObject({
      sendAtMs: NOW + 9_000,
    });
  });

  test("makes a dead letter of the last attempt", () => {
    expect(judge({ kind: "retryable", error: "500" }, { attempts: 2 })).toMatchObject({ state: "dead" });
  });

  test("expires what would come too late, even when told to wait", () => {
    const late = judge({ kind: "retryable", error: "429", retryAfterMs: 60_001 });
    expect(late).toMatchObject({ state: "expired" });
  });
});
