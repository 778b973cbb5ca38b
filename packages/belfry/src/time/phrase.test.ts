import { describe, expect, test } from "vitest";
import { type PlanContext, readSchedule, ScheduleError } from "./schedule.ts";

/** A Wednesday, 12:30 in Paris. */
const context: PlanContext = { acceptedAtMs: Date.UTC(2026, 5, 10, 10, 30), timeZone: "Europe/Paris" };

describe("phrases", () => {
  test.each([
    ["in 10 minutes", { in: "PT10M" }],
    ["In an hour and 30 minutes.", { in: "PT1H30M" }],
    ["in half an hour", { in: "PT30M" }],
    ["in 2 days", { in: "P2D" }],
    ["in 2 days at 9am", { at: "2026-06-12T09:00" }],
    ["at 5pm", { at: "2026-06-10T17:00" }],
    ["at 9", { at: "2026-06-11T09:00" }],
    ["at 9.15", { at: "2026-06-11T09:15" }],
    ["tomorrow at noon", { at: "2026-06-11T12:00" }],
    ["tomorrow at 12am", { at: "2026-06-11T00:00" }],
    ["at midnight", { at: "2026-06-11T00:00" }],
    ["on friday at 17:30", { at: "2026-06-12T17:30" }],
    ["wednesday at 13:00", { at: "2026-06-10T13:00" }],
    ["next wednesday at 13:00", { at: "2026-06-17T13:00" }],
    ["on 2026-12-01 at 9", { at: "2026-12-01T09:00" }],
    ["every 10 minutes", { every: "PT10M" }],
    ["every hour", { every: "PT1H" }],
    ["every day at noon", { cron: "0 12 * * *" }],
    ["every weekday at 8:30", { cron: "30 8 * * 1-5" }],
    ["every monday, tuesday and sunday at 17:00", { cron: "0 17 * * 0,1,2" }],
    ["at 9 every weekend", { cron: "0 9 * * 0,6" }],
    ["every month on the 15th at 9", { cron: "0 9 15 * *" }],
    ["every 3 days at noon", { rrule: "FREQ=DAILY;INTERVAL=3", start: "2026-06-11T12:00" }],
    [
      "every 2 weeks on tuesday at 9",
      { rrule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", start: "2026-06-16T09:00" },
    ],
    ["every week at 13:00", { rrule: "FREQ=WEEKLY;INTERVAL=1;BYDAY=WE", start: "2026-06-10T13:00" }],
  ])("%s", (text, expected) => {
    expect(readSchedule({ text }, context)).toEqual(expected);
  });

  test("today is that of the zone, not of the process", () => {
    const late: PlanContext = { acceptedAtMs: Date.UTC(2026, 5, 10, 23), timeZone: "Pacific/Auckland" };
    expect(readSchedule({ text: "tomorrow at 9" }, late)).toEqual({ at: "2026-06-12T09:00" });
    const zoned = readSchedule({ text: "tomorrow at 9", timeZone: "Europe/Paris" }, late);
    expect(zoned).toEqual({ at: "2026-06-12T09:00", timeZone: "Europe/Paris" });
  });

  test("what stands beside a phrase goes along", () => {
    expect(readSchedule({ text: "every day at 9", count: 3 }, context)).toEqual({
      cron: "0 9 * * *",
      count: 3,
    });
  });

  test.each([
    "",
    "banana",
    "tomorrow",
    "at 25:00",
    "at 13pm",
    "every blursday at 8:30",
    "every 0 minutes",
    "in 0 minutes",
    "every",
  ])("%s is refused with what was understood and examples", (text) => {
    try {
      readSchedule({ text }, context);
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof ScheduleError)) throw error;
      expect(error.issues[0]).toMatchObject({ path: ["text"], value: text });
      expect(error.issues[0]?.message).toContain("understood");
      expect(error.issues[0]?.allowed).toContain("every weekday at 8:30");
    }
  });
});
