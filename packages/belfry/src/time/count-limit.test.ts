import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CountLimit } from "./count-limit.ts";

const times = fc
  .uniqueArray(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 40 })
  .map((all) => all.sort((a, b) => a - b));

describe("the end that a count sets", () => {
  test("allows() the first n times, in whatever order it is asked", () => {
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 45 }), fc.infiniteStream(fc.nat()), (all, n, order) => {
        const limit = new CountLimit(n, 0, (fromMs, toMs) => {
          return all.filter((time) => time >= fromMs && time < toMs).length;
        });
        for (const index of order.take(20)) {
          const time = all[index % all.length] ?? 0;
          expect(limit.allows(time)).toBe(all.indexOf(time) < n);
        }
      }),
    );
  });

  test("allows() counts each stretch once along a walk, and not beyond what is enough", () => {
    const counted: [number, number, number][] = [];
    const limit = new CountLimit(3, 0, (...span) => {
      counted.push(span);
      return span[1] - span[0];
    });
    expect([0, 1, 2, 1].map((time) => limit.allows(time))).toEqual([true, true, true, true]);
    expect(counted).toEqual([
      [0, 1, 3],
      [1, 2, 2],
      [2, 3, 1],
    ]);
    expect(limit.allows(900)).toBe(false);
    const soFar = counted.length;
    expect([3, 800, 2].map((time) => limit.allows(time))).toEqual([false, false, true]);
    expect(counted).toHaveLength(soFar);
  });
});
