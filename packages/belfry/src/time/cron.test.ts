import { Cron } from "croner";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCron } from "./cron.ts";
import { formatInstant, type PlanContext, planOf, readSchedule, ScheduleError } from "./schedule.ts";

function planCron(cron: string, timeZone: string, after: string, more: object = {}) {
  const context: PlanContext = { acceptedAtMs: Date.parse(after), timeZone };
  return planOf(readSchedule({ cron, ...more }, context), context);
}

function walk(cron: string, timeZone: string, after: string, most: number, more: object = {}): string[] {
  const plan = planCron(cron, timeZone, after, more);
  const found: string[] = [];
  for (let one = plan.next(Date.parse(after)); one && found.length < most; one = plan.next(one.dueMs)) {
    found.push(`${one.nominal} ${formatInstant(one.dueMs)}`);
  }
  return found;
}

describe("cron", () => {
  test("next() moves a fixed time out of a gap and takes the first pass of a repeated hour", () => {
    expect(walk("30 2 * * *", "Europe/Paris", "2026-03-28T12:00:00Z", 2)).toEqual([
      "2026-03-29T02:30 2026-03-29T01:30:00Z",
      "2026-03-30T02:30 2026-03-30T00:30:00Z",
    ]);
    expect(walk("30 2 * * *", "Europe/Paris", "2026-10-24T12:00:00Z", 2)).toEqual([
      "2026-10-25T02:30 2026-10-25T00:30:00Z",
      "2026-10-26T02:30 2026-10-26T01:30:00Z",
    ]);
  });

  test("next() runs through both passes when the rule has a wildcard or a step", () => {
    expect(walk("*/30 * * * *", "America/New_York", "2026-11-01T05:00:00Z", 4)).toEqual([
      "2026-11-01T01:30-04:00 2026-11-01T05:30:00Z",
      "2026-11-01T01:00-05:00 2026-11-01T06:00:00Z",
      "2026-11-01T01:30-05:00 2026-11-01T06:30:00Z",
      "2026-11-01T02:00-05:00 2026-11-01T07:00:00Z",
    ]);
  });

  test("next() skips what does not exist when the rule has a wildcard or a step", () => {
    expect(walk("15 * * * *", "America/New_York", "2026-03-08T06:00:00Z", 2)).toEqual([
      "2026-03-08T01:15-05:00 2026-03-08T06:15:00Z",
      "2026-03-08T03:15-04:00 2026-03-08T07:15:00Z",
    ]);
    expect(walk("*/30 2 * * *", "America/New_York", "2026-03-08T00:00:00Z", 1)).toEqual([
      "2026-03-09T02:00-04:00 2026-03-09T06:00:00Z",
    ]);
  });

  test("two nominal times on one instant are one occurrence, named by the earlier, in order of due", () => {
    expect(walk("0,45 2,3 * * *", "Europe/Paris", "2026-03-29T00:30:00Z", 3)).toEqual([
      "2026-03-29T02:00 2026-03-29T01:00:00Z",
      "2026-03-29T02:45 2026-03-29T01:45:00Z",
      "2026-03-30T02:00 2026-03-30T00:00:00Z",
    ]);
    expect(walk("30 2 * * *", "Europe/Paris", "2026-03-29T01:15:00Z", 1)).toEqual([
      "2026-03-29T02:30 2026-03-29T01:30:00Z",
    ]);
  });

  test("count begins at acceptance, also when asked about earlier", () => {
    const plan = planCron("0 9 * * *", "UTC", "2026-01-01T09:00:00Z", { count: 2 });
    expect(plan.next(0)?.nominal).toBe("2026-01-02T09:00");
    expect(plan.next(Date.UTC(2026, 0, 3, 9))).toBeNull();
    expect(walk("*/20 * * * *", "UTC", "2026-01-01T09:00:00Z", 9, { count: 2 })).toHaveLength(2);
    expect(walk("0 9 * * *", "UTC", "2026-01-01T09:00:00Z", 9, { until: "2026-01-03T09:00" })).toHaveLength(
      2,
    );
  });

  test("day fields join by or when both are restricted, steps included", () => {
    expect(walk("0 0 */10 12 SUN", "UTC", "2021-11-30T00:00:00Z", 2)).toEqual([
      "2021-12-01T00:00 2021-12-01T00:00:00Z",
      "2021-12-05T00:00 2021-12-05T00:00:00Z",
    ]);
  });

  test.each([
    ["0 0 * * 7", [0]],
    ["0 0 * * 0-0", [0]],
    ["0 0 * * FRI-SUN", [0, 5, 6]],
    ["0 0 * * mon,wed", [1, 3]],
    ["@weekly", [0]],
  ])("%s reads its weekdays", (cron, expected) => {
    expect(parseCron(cron).weekday.values).toEqual(expected);
  });

  test.each([
    ["* * * *", "five fields"],
    ["0 0 0 1 1 *", "five fields"],
    ["60 * * * *", "minute"],
    ["0 24 * * *", "hour"],
    ["0 0 L * *", "L, W, #"],
    ["0 0 * * 5#2", "L, W, #"],
    ["0 0 ? * 1", "L, W, #"],
    ["*/0 * * * *", "step"],
    ["30-10 * * * *", "backwards"],
    ["@reboot", "five fields"],
    ["0 0 * FOO *", "month"],
  ])("%s is refused with the field at fault", (cron, words) => {
    expect(() => parseCron(cron)).toThrow(ScheduleError);
    expect(() => parseCron(cron)).toThrow(words);
  });

  test("30 February is impossible", () => {
    expect(() => planCron("0 0 30 2 *", "UTC", "2026-01-01T00:00:00Z")).toThrow("no date will ever match");
  });
});

const field = (low: number, high: number) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant("*") },
    { weight: 1, arbitrary: fc.integer({ min: 2, max: 6 }).map((step) => `*/${step}`) },
    {
      weight: 3,
      arbitrary: fc
        .uniqueArray(fc.integer({ min: low, max: high }), { minLength: 1, maxLength: 3 })
        .map((values) => values.join(",")),
    },
  );

describe("against croner", () => {
  test("next() agrees on random expressions in a zone without changes of clocks", () => {
    const expression = fc.tuple(
      field(0, 59),
      field(0, 23),
      field(1, 28),
      field(1, 12),
      fc.oneof(fc.constant("*"), field(0, 6)),
    );
    fc.assert(
      fc.property(expression, fc.integer({ min: 0, max: 2_000_000 }), (fields, minute) => {
        const cron = fields.join(" ");
        const afterMs = Date.UTC(2024, 0, 1) + minute * 60_000;
        const oracle = new Cron(cron, { timezone: "Asia/Kathmandu", mode: "5-part" });
        const expected = oracle.nextRuns(5, new Date(afterMs)).map((date) => date.getTime());
        const plan = planCron(cron, "Asia/Kathmandu", formatInstant(afterMs));
        const found: number[] = [];
        for (let one = plan.next(afterMs); one && found.length < 5; one = plan.next(one.dueMs))
          found.push(one.dueMs);
        expect(found).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });
});
