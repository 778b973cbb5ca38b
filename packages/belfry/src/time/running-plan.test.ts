import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { placeInZone } from "./placement.ts";
import {
  formatInstant,
  formatWallClock,
  type PlanContext,
  planOf,
  readSchedule,
  zoneNamed,
} from "./schedule.ts";

const context: PlanContext = { acceptedAtMs: 0, timeZone: "UTC" };

function walk(rrule: string, start: string, timeZone: string, most: number): string[] {
  const plan = planOf(readSchedule({ rrule, start, timeZone }, context), context);
  const found: string[] = [];
  let at = Number.NEGATIVE_INFINITY;
  for (let one = plan.next(at); one && found.length < most; one = plan.next(at)) {
    found.push(one.nominal);
    at = one.dueMs;
  }
  return found;
}

describe("recurrence rules of hours and finer", () => {
  test("next() runs through both passes of a repeated hour", () => {
    expect(walk("FREQ=HOURLY", "2026-11-01T00:30", "America/New_York", 4)).toEqual([
      "2026-11-01T00:30-04:00",
      "2026-11-01T01:30-04:00",
      "2026-11-01T01:30-05:00",
      "2026-11-01T02:30-05:00",
    ]);
  });

  test("next() keeps its distance over a gap", () => {
    expect(walk("FREQ=MINUTELY;INTERVAL=90", "2026-03-29T00:00", "Europe/Paris", 4)).toEqual([
      "2026-03-29T00:00+01:00",
      "2026-03-29T01:30+01:00",
      "2026-03-29T04:00+02:00",
      "2026-03-29T05:30+02:00",
    ]);
  });

  test("next() repeats half an hour at Lord Howe", () => {
    expect(walk("FREQ=MINUTELY;INTERVAL=30", "2026-04-05T01:00", "Australia/Lord_Howe", 4)).toEqual([
      "2026-04-05T01:00+11:00",
      "2026-04-05T01:30+11:00",
      "2026-04-05T01:30+10:30",
      "2026-04-05T02:00+10:30",
    ]);
  });

  test("COUNT counts both passes", () => {
    expect(walk("FREQ=HOURLY;BYHOUR=1;COUNT=3", "2026-10-31T01:00", "America/New_York", 9)).toEqual([
      "2026-10-31T01:00-04:00",
      "2026-11-01T01:00-04:00",
      "2026-11-01T01:00-05:00",
    ]);
  });

  test("next() reads BY parts on the wall clock after it has shifted by part of a minute", () => {
    // Liberia's clocks were 44 minutes 30 seconds behind UTC until 1972.
    expect(
      walk(
        "FREQ=MINUTELY;BYYEARDAY=7;BYHOUR=9;BYMINUTE=0;BYSECOND=0,30",
        "1971-01-01T09:00",
        "Africa/Monrovia",
        4,
      ),
    ).toEqual([
      "1971-01-07T09:00-00:44:30",
      "1971-01-07T09:00:30-00:44:30",
      "1972-01-07T09:00+00:00",
      "1972-01-07T09:00:30+00:00",
    ]);
  });

  test("next() finds what an hour rings in whose clocks go back into the day before", () => {
    // At 00:01 of the 29th clocks went back to 23:01 of the 28th.
    expect(
      walk("FREQ=HOURLY;BYMONTHDAY=28;BYHOUR=23;BYMINUTE=0,56", "1989-10-28T00:00", "America/St_Johns", 3),
    ).toEqual(["1989-10-28T23:00-02:30", "1989-10-28T23:56-02:30", "1989-10-28T23:56-03:30"]);
  });

  test("BYSETPOS chooses within the hour", () => {
    expect(walk("FREQ=HOURLY;BYMINUTE=0,20,40;BYSETPOS=-1;COUNT=2", "2026-01-01T00:30", "UTC", 9)).toEqual([
      "2026-01-01T00:40+00:00",
      "2026-01-01T01:40+00:00",
    ]);
  });
});

const numbers = (low: number, high: number) =>
  fc.option(fc.uniqueArray(fc.integer({ min: low, max: high }), { minLength: 1, maxLength: 4 }), {
    nil: undefined,
  });

describe("against counting every minute", () => {
  test("next() finds what a minute-by-minute search finds, across changes of clocks", () => {
    const cases = fc.record({
      frequency: fc.constantFrom("HOURLY", "MINUTELY"),
      interval: fc.constantFrom(1, 2, 3, 5, 7, 20, 45, 90),
      hours: numbers(0, 23),
      minutes: numbers(0, 59),
      where: fc.constantFrom(
        ["Europe/Paris", "2026-03-28"],
        ["America/New_York", "2026-10-31"],
        ["Australia/Lord_Howe", "2026-04-04"],
        ["Australia/Lord_Howe", "2026-10-03"],
        ["Pacific/Apia", "2011-12-29"],
        ["America/St_Johns", "2026-10-31"],
      ),
      hour: fc.integer({ min: 10, max: 23 }),
    });
    fc.assert(
      fc.property(cases, ({ frequency, interval, hours, minutes, where, hour }) => {
        const [timeZone = "UTC", day] = where;
        const by = `${hours ? `;BYHOUR=${hours}` : ""}${minutes ? `;BYMINUTE=${minutes}` : ""}`;
        const start = `${day}T${hour}:00`;
        const zone = zoneNamed(timeZone);
        const startMs = placeInZone(zone, Date.parse(`${start}Z`)).instantMs;
        const endMs = startMs + 3 * 86_400_000;
        const unitMs = frequency === "HOURLY" ? 3_600_000 : 60_000;
        const expected: string[] = [];
        for (let at = startMs; at < endMs; at += 60_000) {
          if (Math.floor((at - startMs) / unitMs) % interval !== 0) continue;
          const wall = new Date(zone.wallAt(at));
          if (hours && !hours.includes(wall.getUTCHours())) continue;
          if (minutes && !minutes.includes(wall.getUTCMinutes())) continue;
          if (!minutes && (at - startMs) % unitMs !== 0) continue;
          expected.push(formatInstant(at));
        }
        const rule = `FREQ=${frequency};INTERVAL=${interval}${by}`;
        const found: string[] = [];
        try {
          const plan = planOf(readSchedule({ rrule: rule, start, timeZone }, context), context);
          for (let one = plan.next(startMs - 1); one && one.dueMs < endMs; one = plan.next(one.dueMs)) {
            found.push(formatInstant(one.dueMs));
            expect(one.nominal.slice(0, 16)).toBe(formatWallClock(zone.wallAt(one.dueMs)));
          }
        } catch (error) {
          expect(error).toMatchObject({ code: "impossible_schedule" });
        }
        expect(found).toEqual(expected);
      }),
      { numRuns: 120 },
    );
  });

  test("next() ends with the year 9999 when the rule goes on", () => {
    const rrule = "FREQ=SECONDLY;INTERVAL=999999999";
    const plan = planOf(readSchedule({ rrule, start: "9960-01-01T00:00" }, context), context);
    const dues: string[] = [];
    for (let one = plan.next(context.acceptedAtMs); one; one = plan.next(one.dueMs))
      dues.push(formatInstant(one.dueMs));
    expect(dues).toEqual(["9960-01-01T00:00:00Z", "9991-09-09T01:46:39Z"]);
  });
});
