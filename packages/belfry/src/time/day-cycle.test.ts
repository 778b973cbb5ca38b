import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS, modulo } from "./calendar.ts";
import { DayCycle } from "./day-cycle.ts";
import { PeriodTimes } from "./period-times.ts";
import { parseRecurrenceRule, runsInRealTime } from "./rrule.ts";
import { SearchSteps } from "./search-steps.ts";

function cycleOf(text: string) {
  const rule = parseRecurrenceRule(text);
  if (!runsInRealTime(rule)) throw new Error(`Cannot test ${text}: it does not run in real time`);
  const steps = new SearchSteps("rrule", text);
  const times = new PeriodTimes(rule, 0);
  const stepMs = times.unitMs * rule.interval;
  return { cycle: new DayCycle(stepMs, times, steps), times, stepMs, steps };
}

const RULES = [
  "FREQ=HOURLY;INTERVAL=5;BYHOUR=0,7,23",
  "FREQ=HOURLY;INTERVAL=49;BYMINUTE=15,45",
  "FREQ=MINUTELY;INTERVAL=1439;BYHOUR=4;BYMINUTE=0",
  "FREQ=MINUTELY;INTERVAL=40;BYMINUTE=20;BYSECOND=1,2",
  "FREQ=MINUTELY;INTERVAL=2;BYMINUTE=1",
  "FREQ=SECONDLY;INTERVAL=86399;BYHOUR=1,2,3",
  "FREQ=SECONDLY;INTERVAL=3601;BYMINUTE=0,30;BYSECOND=0",
];

describe("the round of an interval through the day", () => {
  test("next() and count() agree with asking period by period, whatever the time of day of period 0", () => {
    const cases = fc.record({
      rule: fc.constantFrom(...RULES),
      timeMs: fc.integer({ min: 0, max: DAY_MS / 1000 - 1 }).map((second) => second * 1000),
      from: fc.integer({ min: 0, max: 100_000 }),
      length: fc.integer({ min: 0, max: 3000 }),
    });
    fc.assert(
      fc.property(cases, ({ rule, timeMs, from, length }) => {
        const { cycle, times, stepMs } = cycleOf(rule);
        const rings = Array.from({ length }, (_, index) => {
          return times.at(modulo(timeMs + (from + index) * stepMs, DAY_MS)).length;
        });
        expect(cycle.count(timeMs, from, from + length)).toBe(rings.reduce((sum, ring) => sum + ring, 0));
        const first = rings.findIndex((ring) => ring > 0);
        const next = cycle.next(timeMs, from) ?? Number.POSITIVE_INFINITY;
        if (first >= 0) expect(next).toBe(from + first);
        else expect(next).toBeGreaterThanOrEqual(from + length);
      }),
      { numRuns: 200 },
    );
  });

  test("next() goes by congruence: one allowed minute costs one step, however long the interval", () => {
    const { cycle, steps } = cycleOf("FREQ=MINUTELY;INTERVAL=1439;BYHOUR=4;BYMINUTE=0");
    // Each day the interval comes a minute earlier: 1440 periods until it is 04:00 again.
    expect(cycle.next(4 * 3_600_000, 1)).toBe(1440);
    expect(cycle.next(4 * 3_600_000, 1441)).toBe(2880);
    expect(steps.most).toBe(1);
  });
});
