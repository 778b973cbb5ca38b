import { describe, expect, test } from "vitest";
import { createRateLimiter } from "./rate-limiter.ts";

function rigOf() {
  const clock = { nowMs: 0, now: () => clock.nowMs };
  return { clock, limiter: createRateLimiter({ quota: 2, windowMs: 10_000 }, clock) };
}

describe("createRateLimiter()", () => {
  test("counts each key by itself", () => {
    const { limiter } = rigOf();
    expect([1, 2, 3].map(() => limiter.take("a").isAllowed)).toEqual([true, true, false]);
    expect(limiter.take("b").isAllowed).toBe(true);
  });

  test("allows again as time goes by on its clock", () => {
    const { clock, limiter } = rigOf();
    for (let i = 0; i < 3; i++) limiter.take("a");
    clock.nowMs = 4_999;
    expect(limiter.take("a")).toEqual({ isAllowed: false, remaining: 0, nextTokenInMs: expect.closeTo(1) });
    clock.nowMs = 5_000;
    expect(limiter.take("a").isAllowed).toBe(true);
  });

  test("still refuses a key after ten thousand others have come and gone", () => {
    const { clock, limiter } = rigOf();
    for (let i = 0; i < 9_999; i++) limiter.take(`other ${i}`);
    clock.nowMs = 9_000;
    for (let i = 0; i < 2; i++) limiter.take("a");
    limiter.take("one more");
    expect(limiter.take("a").isAllowed).toBe(false);
  });
});
