import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type PlanContext, planOf, readSchedule, refusePast, ScheduleError } from "./schedule.ts";

const context: PlanContext = {
  acceptedAtMs: Date.UTC(2026, 5, 10, 10, 30),
  timeZone: "Europe/Paris",
  dates: { birthday: "1990-02-29" },
};

function problemOf(call: () => unknown): ScheduleError {
  try {
    call();
  } catch (error) {
    if (error instanceof ScheduleError) return error;
    throw error;
  }
  throw new Error("Cannot find a problem: nothing was thrown");
}

function accept(schedule: unknown) {
  const read = readSchedule(schedule, context);
  return refusePast(read, planOf(read, context), context);
}

describe("readSchedule()", () => {
  test.each([
    [{ at: "2026-12-01T09:00:00+01:00" }, "2026-12-01T08:00:00Z"],
    [{ at: "2026-12-01T09:00" }, "2026-12-01T09:00"],
    [{ at: "2026-12-01T09:00", timeZone: "america/new_york" }, "2026-12-01T09:00"],
    [{ in: "PT15M" }, "2026-06-10T10:45:00Z"],
    [{ in: "P1DT0.05S" }, "2026-06-11T10:30:00.050Z"],
    [{ every: "PT15M" }, "2026-06-10T10:45:00Z"],
    [{ every: "PT1H", start: "2026-06-11T00:00:00Z", count: 3 }, "2026-06-11T00:00:00Z"],
    [{ cron: "30 8 * * 1-5" }, "2026-06-11T08:30"],
    [{ cron: "@hourly" }, "2026-06-10T13:00+02:00"],
    [{ rrule: "FREQ=MONTHLY;BYDAY=-1FR", start: "2026-01-30T17:00" }, "2026-06-26T17:00"],
    [{ yearly: { on: "03-15", time: "09:00" } }, "2027-03-15T09:00"],
    [{ yearly: { on: { recipientDate: "birthday" }, time: "09:00" } }, "2027-02-28T09:00"],
    [{ text: "at 9" }, "2026-06-11T09:00"],
  ])("%j first rings at %s", (schedule, nominal) => {
    expect(accept(schedule).nominal).toBe(nominal);
  });

  test("gives the schedule as it was, the zone with its capitals and macros written out", () => {
    expect(readSchedule({ at: "2026-12-01T09:00", timeZone: "asia/kolkata" }, context)).toEqual({
      at: "2026-12-01T09:00",
      timeZone: "Asia/Kolkata",
    });
    expect(readSchedule({ cron: " @Daily", until: undefined }, context)).toEqual({ cron: "0 0 * * *" });
  });

  test.each([
    [null, []],
    [[], []],
    ["tomorrow", []],
    [{}, []],
    [{ at: "2026-12-01T09:00", cron: "0 0 * * *" }, []],
    [{ at: 5 }, ["at"]],
    [{ at: null }, ["at"]],
    [{ at: "2026-02-30T09:00" }, ["at"]],
    [{ at: "2026-12-01T09:00Z", timeZone: "Europe/Paris" }, ["timeZone"]],
    [{ at: "2026-12-01T09:00", timezone: "Europe/Paris" }, ["timezone"]],
    [{ in: "P1M" }, ["in"]],
    [{ in: "15 minutes" }, ["in"]],
    [{ in: "PT15M", count: 2 }, ["count"]],
    [{ every: "P1D" }, ["every"]],
    [{ every: "PT0.5S" }, ["every"]],
    [{ every: "PT15M", start: "2026-12-01T09:00" }, ["start"]],
    [{ every: "PT15M", until: "2026-12-01T09:00" }, ["until"]],
    [{ every: "PT15M", timeZone: "UTC" }, ["timeZone"]],
    [{ cron: "0 0 * * *", count: 0 }, ["count"]],
    [{ cron: "0 0 * * *", count: 100_001 }, ["count"]],
    [{ cron: "0 0 * * *", until: "next year" }, ["until"]],
    [{ cron: "x".repeat(5000) }, ["cron"]],
    [{ rrule: "FREQ=DAILY" }, ["start"]],
    [{ rrule: "FREQ=DAILY", start: "2026-01-01T09:00Z" }, ["start"]],
    [{ rrule: "FREQ=DAILY", start: "2026-01-01T09:00", exdates: ["soon"] }, ["exdates", 0]],
    [
      { rrule: "FREQ=DAILY", start: "2026-01-01T09:00", exdates: new Array(1001).fill("2026-01-01") },
      ["exdates"],
    ],
    [{ rrule: "FREQ=DAILY", start: "2026-01-01T09:00", rdates: "2026-01-01" }, ["rdates"]],
    [{ yearly: "03-15" }, ["yearly"]],
    [{ yearly: { on: "3-15", time: "09:00" } }, ["yearly", "on"]],
    [{ yearly: { on: "03-15", time: "9am" } }, ["yearly", "time"]],
    [{ yearly: { on: "03-15" } }, ["yearly", "time"]],
    [{ yearly: { on: "03-15", time: "09:00", leapDay: "mar-2" } }, ["yearly", "leapDay"]],
    [{ yearly: { on: { recipientDate: "" }, time: "09:00" } }, ["yearly", "on", "recipientDate"]],
    [{ text: "every blursday at 8:30" }, ["text"]],
  ])("%j is refused with its path, value and what is allowed", (schedule, path) => {
    const problem = problemOf(() => readSchedule(schedule, context));
    expect(problem.code).toBe("invalid_schedule");
    expect(problem.issues[0]?.path).toEqual(path);
    expect(problem.issues[0]?.allowed).not.toBe("");
    expect(problem.message).toMatch(/^Cannot /);
  });

  test("names every issue at once", () => {
    const problem = problemOf(() =>
      readSchedule({ cron: "60 * * * *", count: -1, colour: "red", timeZone: "EST" }, context),
    );
    expect(problem.issues.map((issue) => issue.path[0])).toEqual(["colour", "count", "timeZone", "cron"]);
  });

  test.each([
    [{ time: "09:00" }, ["yearly", "on"]],
    [{ on: {}, time: "09:00" }, ["yearly", "on", "recipientDate"]],
    [{ on: "03-15" }, ["yearly", "time"]],
  ])("says of yearly %j what is missing, and shows no value", (yearly, path) => {
    const { issues } = problemOf(() => readSchedule({ yearly }, context));
    expect(issues).toEqual([expect.objectContaining({ path, value: undefined })]);
    expect(issues[0]?.message).toBe(`${path.at(-1)} is missing`);
  });

  test("advises an rrule for days, and a city for an abbreviation", () => {
    expect(problemOf(() => readSchedule({ every: "P1D" }, context)).issues[0]?.message).toContain("rrule");
    const zone = problemOf(() => readSchedule({ cron: "0 0 * * *", timeZone: "EST" }, context));
    expect(zone).toMatchObject({ code: "unknown_time_zone", issues: [{ path: ["timeZone"], value: "EST" }] });
    expect(zone.issues[0]?.message).toContain("city");
    const city = problemOf(() => readSchedule({ cron: "0 0 * * *", timeZone: "new york" }, context));
    expect(city.issues[0]?.message).toContain('did you mean "America/New_York"?');
  });

  test.each([
    [{ at: "2026-06-10T10:29:59Z" }, "past_schedule"],
    [{ at: "2026-06-10T12:29" }, "past_schedule"],
    [{ rrule: "FREQ=DAILY;COUNT=3", start: "2020-01-01T09:00" }, "exhausted_schedule"],
    [{ cron: "0 9 * * *", until: "2020-01-01" }, "exhausted_schedule"],
    [{ every: "PT1H", until: "2020-01-01T00:00:00Z" }, "exhausted_schedule"],
    [{ cron: "0 0 30 2 *" }, "impossible_schedule"],
    [{ yearly: { on: "02-30", time: "09:00" } }, "impossible_schedule"],
    [{ yearly: { on: { recipientDate: "wedding" }, time: "09:00" } }, "missing_date"],
  ])("%j is refused at creation as %s", (schedule, code) => {
    expect(problemOf(() => accept(schedule)).code).toBe(code);
  });

  test("a schedule that is over previews as empty", () => {
    const over = readSchedule({ rrule: "FREQ=DAILY;COUNT=3", start: "2020-01-01T09:00" }, context);
    expect(planOf(over, context).next(context.acceptedAtMs)).toBeNull();
  });

  test("gives ScheduleError, and no other error, for any JSON", () => {
    const kinds = [
      "at",
      "in",
      "every",
      "cron",
      "rrule",
      "yearly",
      "text",
      "start",
      "until",
      "count",
      "exdates",
      "rdates",
      "timeZone",
      "on",
    ];
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(
        "PT1H",
        "0 9 * * *",
        "FREQ=DAILY",
        "2026-01-01T09:00",
        "UTC",
        "every day at 9",
        "03-15",
      ),
    );
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom(...kinds), value, { maxKeys: 4 }),
    );
    fc.assert(
      fc.property(anything, (input) => {
        try {
          planOf(readSchedule(input, context), context).next(context.acceptedAtMs);
        } catch (error) {
          expect(error).toBeInstanceOf(ScheduleError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
