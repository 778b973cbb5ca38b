import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { backoffMs, DEFAULT_RETRY } from "./retry.ts";

describe("backoffMs()", () => {
  test("doubles its ceiling with each attempt, up to the longest wait", () => {
    const ceilings = [1, 2, 3, 20].map((attempt) => backoffMs(DEFAULT_RETRY, attempt, 1));
    expect(ceilings).toEqual([5_000, 10_000, 20_000, 7_200_000]);
  });

  test("spreads over the whole of it", () => {
    expect(backoffMs(DEFAULT_RETRY, 1, 0)).toBe(0);
    expect(backoffMs(DEFAULT_RETRY, 1, 0.5)).toBe(2_500);
  });

  test("waits for the whole of it without jitter", () => {
    const steady = { ...DEFAULT_RETRY, initialMs: 100, maxMs: 300, jitter: "none" as const };
    expect([1, 2, 3].map((attempt) => backoffMs(steady, attempt, 0))).toEqual([100, 200, 300]);
    expect(backoffMs(steady, 1, 0.9)).toBe(100);
  });

  test("stays within its bounds for any policy", () => {
    const policy = fc.record({
      maxAttempts: fc.nat(),
      initialMs: fc.integer({ min: 50, max: 1e6 }),
      maxMs: fc.integer({ min: 50, max: 1e9 }),
    });
    const property = fc.property(
      policy,
      fc.integer({ min: 1, max: 5_000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (given, attempt, random) => {
        const wait = backoffMs(given, attempt, random);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(given.maxMs);
      },
    );
    fc.assert(property);
  });
});
