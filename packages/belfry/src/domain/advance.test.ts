import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planOf } from "../time/schedule.ts";
import { type AdvanceRequest, advance } from "./advance.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 2, 1);
const plan = planOf({ every: "PT10M" }, { acceptedAtMs: START, timeZone: "UTC" });

/** Looks at the rule so long after its start, with a near window of 15 minutes. */
function lookAfter(elapsedMs: number, change: Partial<AdvanceRequest> = {}) {
  const nowMs = START + elapsedMs;
  const next = plan.next(START);
  const bounds = { nowMs, horizonMs: nowMs + 15 * MINUTE, missedBeforeMs: nowMs - 1_000, limit: 1_000 };
  const skips = new Set<string>();
  const { rings, next: after } = advance({
    next,
    plan,
    catchUp: "latest",
    usefulForMs: 24 * HOUR,
    ...bounds,
    skips,
    ...change,
  });
  return { dueMinutes: rings.map(({ occurrence }) => (occurrence.dueMs - START) / MINUTE), rings, after };
}

describe("advance()", () => {
  test("rings what the near window holds and moves past it", () => {
    const { dueMinutes, after } = lookAfter(0);
    expect(dueMinutes).toEqual([10]);
    expect(after?.dueMs).toBe(START + 20 * MINUTE);
  });

  test("stops at its limit, and stands at the next one", () => {
    const { dueMinutes, after } = lookAfter(0, { horizonMs: START + 24 * HOUR, limit: 3 });
    expect(dueMinutes).toEqual([10, 20, 30]);
    expect(after?.dueMs).toBe(START + 40 * MINUTE);
  });

  test("leaves out what was taken out of the rule, and stands at what was not", () => {
    const keyAt = (minutes: number) => plan.next(START + (minutes - 1) * MINUTE)?.key ?? "";
    const { dueMinutes, after } = lookAfter(0, {
      horizonMs: START + 30 * MINUTE,
      skips: new Set([keyAt(20), keyAt(40)]),
    });
    expect(dueMinutes).toEqual([10, 30]);
    expect(after?.dueMs).toBe(START + 50 * MINUTE);
  });

  test("catches up with the latest that was not taken out of the rule", () => {
    const key = plan.next(START + 59 * MINUTE)?.key ?? "";
    expect(
      lookAfter(65 * MINUTE, { skips: new Set([key]), horizonMs: START + 65 * MINUTE }).dueMinutes,
    ).toEqual([50]);
  });

  test("leaves alone what is not yet in the window", () => {
    const next = plan.next(START + 5 * HOUR);
    expect(lookAfter(0, { next })).toMatchObject({ rings: [], after: next });
  });

  test("rings the latest missed one under latest, and says since when", () => {
    const { dueMinutes, rings } = lookAfter(65 * MINUTE);
    expect(dueMinutes).toEqual([60, 70, 80]);
    expect(rings.map((ring) => ring.note)).toEqual([
      "was missed, and stands for all missed since 2026-03-01T00:10:00Z",
      null,
      null,
    ]);
  });

  test("rings none of the missed under none", () => {
    expect(lookAfter(65 * MINUTE, { catchUp: "none" }).dueMinutes).toEqual([70, 80]);
  });

  test("rings all of the missed under all, but for the useless", () => {
    expect(lookAfter(65 * MINUTE, { catchUp: "all" }).dueMinutes).toEqual([10, 20, 30, 40, 50, 60, 70, 80]);
    expect(lookAfter(65 * MINUTE, { catchUp: "all", usefulForMs: 30 * MINUTE }).dueMinutes).toEqual([
      40, 50, 60, 70, 80,
    ]);
  });

  test("rings a one-off however late it is", () => {
    const once = planOf({ in: "PT1H" }, { acceptedAtMs: START, timeZone: "UTC" });
    const { rings, after } = lookAfter(99 * 24 * HOUR, {
      plan: once,
      next: once.next(START),
      catchUp: "none",
    });
    expect(rings).toHaveLength(1);
    expect(after).toBeNull();
  });

  test("gives under all what one long walk gives, however often it is interrupted", () => {
    const steps = fc.array(fc.integer({ min: 1, max: 200 * MINUTE }), { minLength: 1, maxLength: 20 });
    const property = fc.property(steps, (waits) => {
      let next = plan.next(START);
      let elapsedMs = 0;
      const rung: number[] = [];
      for (const wait of waits) {
        elapsedMs += wait;
        const { rings, after } = lookAfter(elapsedMs, { next, catchUp: "all", usefulForMs: 1_000 * HOUR });
        rung.push(...rings.map(({ occurrence }) => occurrence.dueMs));
        next = after;
      }
      const whole = lookAfter(elapsedMs, { catchUp: "all", usefulForMs: 1_000 * HOUR });
      expect(rung).toEqual(whole.rings.map(({ occurrence }) => occurrence.dueMs));
    });
    fc.assert(property);
  });
});
