import { describe, expect, test } from "vitest";
import { createStreamSlots, MAX_KEY_STREAMS, MAX_STREAMS, type Taker } from "./stream-slots.ts";

function takerOf(tenantId: string, keyId = `key_of_${tenantId}`): Taker {
  const times = { createdAtMs: 0, updatedAtMs: 0 };
  return {
    key: {
      tenantId,
      id: keyId,
      name: keyId,
      hash: keyId,
      hint: null,
      scopes: ["read"],
      createdAtMs: 0,
      expiresAtMs: null,
      lastUsedAtMs: null,
    },
    tenant: { id: tenantId, name: tenantId, timeZone: "UTC", revision: 1, ...times },
    isOperator: tenantId === "tnt_operator",
  };
}

/** Takes places until it is refused; gives what gives them back. */
function takeAll(take: (taker: Taker) => () => void, takerAt: (index: number) => Taker): (() => void)[] {
  const given: (() => void)[] = [];
  try {
    for (;;) given.push(take(takerAt(given.length)));
  } catch (error) {
    expect(error).toMatchObject({ status: 503, code: "too_many_streams" });
  }
  return given;
}

describe("createStreamSlots()", () => {
  test("gives one key so many, and another key of its tenant still some", () => {
    const take = createStreamSlots();
    expect(takeAll(take, () => takerOf("tnt_1", "key_1"))).toHaveLength(MAX_KEY_STREAMS);
    expect(takeAll(take, () => takerOf("tnt_1", "key_2")).length).toBeGreaterThan(0);
  });

  test("gives one tenant a quarter, however many keys it has", () => {
    const take = createStreamSlots();
    const held = takeAll(take, (index) => takerOf("tnt_1", `key_${index}`));
    expect(held.length).toBeLessThanOrEqual(MAX_STREAMS / 4);
    expect(held.length).toBeGreaterThan(MAX_KEY_STREAMS);
  });

  test("has room for another tenant, and for the operator, when ten take all they can get", () => {
    const take = createStreamSlots();
    for (let tenant = 0; tenant < 10; tenant++)
      takeAll(take, (index) => takerOf(`tnt_${tenant}`, `key_${tenant}_${index}`));
    expect(takeAll(take, () => takerOf("tnt_late")).length).toBeGreaterThan(1);
    takeAll(take, (index) => takerOf(`tnt_single_${index}`));
    expect(takeAll(take, () => takerOf("tnt_operator")).length).toBeGreaterThan(1);
  });

  test("gives a place back once, however often it is told to", () => {
    const take = createStreamSlots();
    const [first] = takeAll(take, () => takerOf("tnt_1"));
    first?.();
    first?.();
    expect(takeAll(take, () => takerOf("tnt_1"))).toHaveLength(1);
  });
});
