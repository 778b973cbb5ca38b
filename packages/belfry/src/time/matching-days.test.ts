import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { civilDate, dayNumber, daysInMonth } from "./calendar.ts";
import { DayFilter } from "./day-filter.ts";
import { MatchingDays } from "./matching-days.ts";
import { parseRecurrenceRule } from "./rrule.ts";
import { SearchSteps } from "./search-steps.ts";

const RULES = [
  "FREQ=HOURLY",
  "FREQ=HOURLY;BYMONTHDAY=31,-31,-1",
  "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=29",
  "FREQ=HOURLY;BYDAY=MO,WE;BYMONTH=1,12",
  "FREQ=HOURLY;BYYEARDAY=1,59,60,366,-1,-366",
  "FREQ=MONTHLY;BYDAY=5SU,-1MO,2TU",
  "FREQ=YEARLY;BYDAY=53SA,-1FR,1MO",
  "FREQ=YEARLY;BYMONTH=3,11;BYDAY=-1SU,FR",
  "FREQ=YEARLY;BYWEEKNO=1,53,-53,-1;BYDAY=MO,SU",
  "FREQ=YEARLY;BYWEEKNO=-52;BYDAY=MO,TU,WE,TH,FR,SA,SU;WKST=SU",
];

function daysOf(rule: string, steps = new SearchSteps("rrule", rule)): MatchingDays {
  return new MatchingDays(new DayFilter(parseRecurrenceRule(rule)), steps);
}

/** What the filter itself says of each day from one to before another. */
function allowedDays(rule: string, from: number, to: number): number[] {
  const filter = new DayFilter(parseRecurrenceRule(rule));
  return Array.from({ length: to - from }, (_, index) => from + index).filter((number) => {
    const { year, month, day } = civilDate(number);
    const monthLength = daysInMonth(year, month);
    return filter.allowsMonth(month) && filter.allows({ number, year, month, day, monthLength });
  });
}

const spans = fc.record({
  rule: fc.constantFrom(...RULES),
  from: fc.integer({ min: dayNumber(1, 1, 1), max: dayNumber(9990, 1, 1) }),
  length: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 3000 })),
});

describe("the days that a rule allows", () => {
  test("has(), next() and nextGap() agree with asking the filter day by day", () => {
    fc.assert(
      fc.property(spans, ({ rule, from, length }) => {
        const days = daysOf(rule);
        const allowed = new Set(allowedDays(rule, from, from + length));
        const all = Array.from({ length }, (_, index) => from + index);
        expect(all.filter((day) => days.has(day))).toEqual([...allowed]);
        expect(days.next(from, from + length - 1)).toBe(all.find((day) => allowed.has(day)) ?? null);
        expect(days.nextGap(from, from + length - 1)).toBe(all.find((day) => !allowed.has(day)) ?? null);
      }),
      { numRuns: 300 },
    );
  });

  test("count() and countEvery() agree with counting them", () => {
    fc.assert(
      fc.property(spans, fc.integer({ min: 1, max: 70 }), ({ rule, from, length }, interval) => {
        const days = daysOf(rule);
        const allowed = allowedDays(rule, from, from + length);
        expect(days.count(from, from + length)).toBe(allowed.length);
        const looked = allowed.filter((day) => (day - from) % interval === 0);
        expect(days.countEvery(from, from + length, interval)).toBe(looked.length);
      }),
      { numRuns: 300 },
    );
  });

  test("next() passes a month in a step", () => {
    const steps = new SearchSteps("rrule", "");
    const days = daysOf("FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", steps);
    expect(days.next(dayNumber(2000, 3, 1), dayNumber(2100, 1, 1))).toBe(dayNumber(2016, 2, 29));
    expect(steps.most).toBeLessThan(16 * 12 + 1);
  });
});
