import { describe, expect, test } from "vitest";
import { occurrencesNamed, type PlanContext, planOf, readSchedule } from "./schedule.ts";

const context: PlanContext = { acceptedAtMs: Date.UTC(2026, 0, 1), timeZone: "Europe/Paris" };

function named(schedule: object, text: string): string[] {
  return occurrencesNamed(planOf(readSchedule(schedule, context), context), text).map(
    ({ nominal }) => nominal,
  );
}

describe("occurrencesNamed()", () => {
  const nineOClock = { cron: "0 9 * * *" };
  test.each([
    ["its nominal time", nineOClock, "2026-12-24T09:00", ["2026-12-24T09:00"]],
    ["its nominal time with a space and seconds", nineOClock, "2026-12-24 09:00:00", ["2026-12-24T09:00"]],
    ["its instant with an offset", nineOClock, "2026-12-24T09:00+01:00", ["2026-12-24T09:00"]],
    ["its instant in UTC", nineOClock, "2026-12-24T08:00:00Z", ["2026-12-24T09:00"]],
    ["one of a wall clock that the rule does not ring", nineOClock, "2026-12-24T09:01", []],
    ["one of another offset", nineOClock, "2026-12-24T09:00Z", []],
    ["what is no time", nineOClock, "tomorrow", []],
    ["a time in a gap", { cron: "30 2 * * *" }, "2026-03-29T02:30", ["2026-03-29T02:30"]],
    ["where a time in a gap has moved", { cron: "30 2 * * *" }, "2026-03-29T03:30", ["2026-03-29T02:30"]],
    ["a repeated time, rung once", { cron: "30 2 * * *" }, "2026-10-25T02:30", ["2026-10-25T02:30"]],
    ["an interval", { every: "PT12H" }, "2026-01-02T00:00:00Z", ["2026-01-02T00:00:00Z"]],
    ["a wall clock of a rule in no zone", { every: "PT12H" }, "2026-01-02T00:00", []],
    ["a yearly time", { yearly: { on: "02-29", time: "09:00" } }, "2027-02-28T09:00", ["2027-02-28T09:00"]],
    [
      "the wall clock of an hourly rule",
      { cron: "0 * * * *" },
      "2026-07-01T09:00",
      ["2026-07-01T09:00+02:00"],
    ],
    ["a time in a gap, of an hourly rule", { cron: "30 * * * *" }, "2026-03-29T02:30", []],
    [
      "both passes of a repeated hour",
      { cron: "30 * * * *" },
      "2026-10-25T02:30",
      ["2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00"],
    ],
    [
      "one pass of a repeated hour",
      { cron: "30 * * * *" },
      "2026-10-25T02:30+01:00",
      ["2026-10-25T02:30+01:00"],
    ],
  ])("finds by %s", (_name, schedule, text, nominals) => {
    expect(named(schedule, text)).toEqual(nominals);
  });
});
