import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Plan, type PlanContext, planOf, readSchedule, ScheduleError } from "./schedule.ts";
import { MOST_STEPS, READING_STEPS, SearchSteps } from "./search-steps.ts";

const NOW_MS = Date.UTC(2026, 6, 1, 12, 34, 56);
const DAY_MS = 86_400_000;
const context: PlanContext = { acceptedAtMs: NOW_MS, timeZone: "America/New_York" };
const ODD_DAYS = "1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31";
const upTo = (last: number): string => Array.from({ length: last + 1 }, (_, value) => value).join();
const EVERY_SECOND = `BYHOUR=${upTo(23)};BYMINUTE=${upTo(59)};BYSECOND=${upTo(59)}`;

interface Costed {
  plan: Plan;
  steps: SearchSteps;
}

function costed(schedule: object, rule = "rrule"): Costed {
  const steps = new SearchSteps(rule, schedule);
  return { plan: planOf(readSchedule(schedule, context), context, steps), steps };
}

function preview(plan: Plan, afterMs: number, count: number): number[] {
  const found: number[] = [];
  let at = afterMs;
  for (let one = plan.next(at); one && found.length < count; one = plan.next(at)) {
    found.push(one.dueMs);
    at = one.dueMs;
  }
  return found;
}

/** The most steps of any search that reading, accepting, previewing or catching up makes. */
function costOf(schedule: object): number {
  const { plan, steps } = costed(schedule);
  preview(plan, NOW_MS, 10);
  expect(plan.defaultUsefulForMs).toBeGreaterThan(0);
  plan.previous(NOW_MS, NOW_MS - 366 * DAY_MS);
  plan.previous(NOW_MS + 3650 * DAY_MS, NOW_MS - 36_525 * DAY_MS);
  return steps.most;
}

describe("what a search costs", () => {
  test.each([
    ["FREQ=MINUTELY;INTERVAL=1439;BYDAY=MO;BYHOUR=4;BYMINUTE=0;COUNT=500", "1930-01-06T04:00", 3000],
    ["FREQ=MINUTELY;INTERVAL=1439;BYDAY=MO;BYHOUR=4;BYMINUTE=0;COUNT=500", "0001-01-06T04:00", 10_000],
    ["FREQ=MINUTELY;INTERVAL=10081;BYMONTH=2;BYHOUR=4;COUNT=9", "1900-01-06T03:00", 6000],
    ["FREQ=SECONDLY;INTERVAL=1814399;BYMONTHDAY=13;BYHOUR=2", "1900-01-01T03:00", 6000],
    [
      "FREQ=SECONDLY;INTERVAL=11;BYDAY=SU;BYHOUR=3;BYMINUTE=59;BYSECOND=59;COUNT=5000",
      "1900-01-01T00:00",
      9000,
    ],
    [
      "FREQ=SECONDLY;BYMONTHDAY=13;BYDAY=FR;BYHOUR=0,1,2,3,4,5,6,7,8,9,10;COUNT=100000",
      "1900-01-01T00:00",
      50_000,
    ],
    ["FREQ=HOURLY;INTERVAL=47;BYMONTHDAY=1,3,5,7,9,11;COUNT=100000", "1900-01-01T00:00", 20_000],
    ["FREQ=HOURLY;INTERVAL=168;BYDAY=MO;BYMONTH=12;COUNT=400", "1900-01-01T00:30", 9000],
    ["FREQ=DAILY;INTERVAL=2;BYMONTHDAY=13;BYDAY=FR;COUNT=90000", "1900-01-01T00:00", 10_000],
    ["FREQ=YEARLY;BYWEEKNO=53;BYMONTH=1;BYDAY=SU;COUNT=99999", "1900-01-01T00:00", 3000],
  ])("%s begun %s takes at most %i steps", (rrule, start, most) => {
    expect(costOf({ rrule, start })).toBeLessThan(most);
    expect(costOf({ rrule, start, timeZone: "Africa/Monrovia" })).toBeLessThan(most);
  });

  test("a set of millions, of which BYSETPOS chooses a few, is never made", () => {
    const rrule = `FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=366,-366;${EVERY_SECOND};COUNT=100000`;
    expect(costOf({ rrule, start: "1900-01-01T00:00" })).toBeLessThan(300);
  });

  test.each([
    ["every second", "FREQ=SECONDLY"],
    ["every minute", "FREQ=MINUTELY"],
    ["every second of a day", `FREQ=DAILY;${EVERY_SECOND}`],
  ])("a rule of %s passes a thousand excluded days in as many steps", (_, rrule) => {
    const exdates = Array.from({ length: 1000 }, (_, day) => {
      return new Date(NOW_MS + (day - 500) * DAY_MS).toISOString().slice(0, 10);
    });
    const { plan, steps } = costed({ rrule, start: "2020-01-01T00:00", exdates, timeZone: "UTC" });
    expect(plan.next(NOW_MS)?.dueMs).toBe(Math.floor(NOW_MS / DAY_MS) * DAY_MS + 500 * DAY_MS);
    expect(plan.previous(NOW_MS, 0)?.dueMs).toBeLessThan(NOW_MS - 500 * DAY_MS);
    expect(steps.most).toBeLessThan(6000);
  });

  test.each([
    ["FREQ=MINUTELY;INTERVAL=1439;BYDAY=MO;BYHOUR=4;BYMINUTE=0", "1930-01-06T04:00", 4],
    ["FREQ=HOURLY;INTERVAL=47;BYMONTHDAY=1,3,5,7,9,11", "1960-01-01T00:30", 3000],
    ["FREQ=SECONDLY;INTERVAL=11;BYDAY=SU;BYHOUR=1;BYMINUTE=59;BYSECOND=59", "1960-01-01T00:00", 400],
    ["FREQ=MINUTELY;INTERVAL=20;BYHOUR=1,2;BYMONTH=3,11;BYSECOND=0,30;BYSETPOS=-1", "1990-01-01T00:30", 5000],
    ["FREQ=DAILY;INTERVAL=3;BYMONTHDAY=13,14,-1;BYHOUR=4,5,6", "1930-01-01T00:00", 2000],
    ["FREQ=WEEKLY;INTERVAL=3;BYMONTH=3,11;BYDAY=SU,MO;BYHOUR=1,2;BYSETPOS=-1,1", "1930-01-01T00:00", 600],
    ["FREQ=MONTHLY;INTERVAL=5;BYDAY=MO,TU;BYSETPOS=9,1", "1930-01-01T00:00", 200],
    ["FREQ=YEARLY;INTERVAL=3;BYWEEKNO=1,53;BYDAY=MO,SU", "1930-01-01T00:00", 60],
  ])("the count of %s begun %s ends where a walk ends, after %i", (rrule, start, count) => {
    const walked = preview(costed({ rrule, start }).plan, Number.NEGATIVE_INFINITY, count);
    const last = walked.at(-1) ?? Number.NaN;
    expect(walked).toHaveLength(count);
    const counted = { rrule, start, count };
    expect(costed(counted).plan.next(last - 1)?.dueMs).toBe(last);
    expect(costed(counted).plan.next(last)).toBeNull();
    expect(costed(counted).plan.previous(last + 400 * DAY_MS, 0)?.dueMs).toBe(last);
  });
});

const numbers = (low: number, high: number) =>
  fc.option(fc.uniqueArray(fc.integer({ min: low, max: high }), { minLength: 1, maxLength: 8 }), {
    nil: undefined,
  });
const intervals = fc.oneof(
  fc.integer({ min: 1, max: 100 }),
  fc.constantFrom(1439, 1441, 10_079, 86_399, 86_401, 604_799, 2_591_999),
);
const ruleParts = fc.record({
  FREQ: fc.constantFrom("SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"),
  INTERVAL: intervals,
  BYMONTH: numbers(1, 12),
  BYDAY: fc.option(fc.subarray(["MO", "TU", "WE", "TH", "FR", "SA", "SU"], { minLength: 1 }), {
    nil: undefined,
  }),
  BYHOUR: numbers(0, 23),
  BYMINUTE: numbers(0, 59),
  BYSECOND: numbers(0, 59),
  COUNT: fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: undefined }),
});

/** A count takes up to 250 steps a year (MOST_STEPS): that of a rule which began earlier may be refused when it is read. */
const COUNTED_SINCE = 1850;

describe("whatever the rule", () => {
  test("no search of a rule begun since 1700, or 1850 if it counts, takes more than twice the steps that reading allows", () => {
    fc.assert(
      fc.property(
        ruleParts,
        fc.integer({ min: 1700, max: 2100 }),
        fc.constantFrom("UTC", "America/St_Johns", "Africa/Casablanca", "Pacific/Apia"),
        (parts, year, timeZone) => {
          const given = Object.entries(parts).filter(([, value]) => value !== undefined);
          const rrule = given.map(([name, value]) => `${name}=${value}`).join(";");
          try {
            expect(costOf({ rrule, start: `${year}-01-31T03:15`, timeZone })).toBeLessThan(2 * READING_STEPS);
          } catch (error) {
            // Too long an interval for its frequency, or a date that never comes.
            if (!(error instanceof ScheduleError)) throw error;
            const mayBeTooLong = parts.COUNT !== undefined && year < COUNTED_SINCE;
            if (!mayBeTooLong) expect(error.message).not.toContain("takes too long");
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test("readSchedule() refuses a rule whose count since its start takes too many steps, and says what to do", () => {
    const rrule = `FREQ=HOURLY;INTERVAL=47;BYMONTHDAY=${ODD_DAYS};COUNT=100000`;
    try {
      readSchedule({ rrule, start: "0001-01-01T00:00" }, context);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        code: "invalid_schedule",
        issues: [
          { path: ["rrule"], value: rrule, allowed: "a coarser FREQ, fewer BY parts or a nearer start" },
        ],
      });
    }
    expect(costOf({ rrule, start: "1830-01-01T00:00" })).toBeLessThan(READING_STEPS);
    expect(costOf({ rrule: "FREQ=HOURLY;COUNT=100000", start: "0001-01-01T00:00" })).toBeLessThan(1000);
  });

  test("a rule that was read still works in the year 9990", () => {
    const rrule = `FREQ=HOURLY;INTERVAL=47;BYMONTHDAY=${ODD_DAYS}`;
    const { plan, steps } = costed({ rrule: `${rrule};COUNT=100000`, start: "1830-01-01T00:00" });
    const farMs = Date.UTC(9990, 0, 1);
    expect(plan.next(farMs)).toBeNull();
    expect(plan.previous(farMs, 0)).toBeNull();
    expect(steps.most).toBeLessThan(MOST_STEPS / 2);
    expect(costed({ rrule, start: "1830-01-01T00:00" }).plan.next(farMs)).not.toBeNull();
  });
});
