import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRig, START, TENANT } from "./engine-fixture.ts";
import { previewSchedule } from "./preview.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Schedules of every kind, in zones whose clocks change within the month after START. */
const timeZone = fc.constantFrom(
  "UTC",
  "Europe/Paris",
  "America/New_York",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
);
const time = fc.record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.constantFrom(0, 15, 30, 45) });
const clock = ({ hour, minute }: { hour: number; minute: number }) =>
  `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
const schedule = fc.oneof(
  fc.record({ every: fc.constantFrom("PT7H", "PT90M", "PT11H30M") }),
  fc.tuple(time, timeZone).map(([at, zone]) => ({ cron: `${at.minute} ${at.hour} * * *`, timeZone: zone })),
  fc.tuple(time, timeZone).map(([at, zone]) => ({ cron: `${at.minute} */6 * * 0,3`, timeZone: zone })),
  fc
    .tuple(time, timeZone, fc.constantFrom("DAILY", "WEEKLY;BYDAY=SU,TU", "HOURLY;INTERVAL=5"))
    .map(([at, zone, rule]) => ({
      rrule: `FREQ=${rule};COUNT=40`,
      start: `2026-02-27T${clock(at)}`,
      timeZone: zone,
    })),
  fc
    .tuple(time, timeZone)
    .map(([at, zone]) => ({ yearly: { on: "03-29", time: clock(at) }, timeZone: zone })),
  fc.tuple(time, timeZone).map(([at, zone]) => ({ at: `2026-03-29T${clock(at)}`, timeZone: zone })),
);

describe("previewSchedule()", () => {
  test("shows exactly what is later sent, at the instants at which it is sent", {
    timeout: 120_000,
  }, async () => {
    const property = fc.asyncProperty(schedule, async (given) => {
      const rig = createRig({ tickMs: HOUR, nearWindowMs: 2 * HOUR });
      // What is due at the very instant of acceptance is sent; a preview is asked for what comes after one.
      const request = { schedule: given, afterMs: START - 1, count: 1_000 };
      const { occurrences } = previewSchedule(rig.clock, TENANT, request);
      const previewed = occurrences.map(({ dueMs }) => dueMs).filter((dueMs) => dueMs <= START + 31 * DAY);
      await rig.engine.start();
      await rig.accept({ schedule: given });
      await rig.clock.advance(31 * DAY);
      await rig.engine.stop();
      expect(rig.channel.sent.map((message) => message.attemptAtMs)).toEqual(previewed);
      expect(rig.faults).toEqual([]);
      await rig.store.close();
    });
    await fc.assert(property, { numRuns: 30 });
  });

  test("gives what comes after an instant, exclusively, and no more than asked for", () => {
    const { clock } = createRig();
    const every = { every: "PT1H", start: "2026-03-01T00:00:00Z" };
    const { occurrences, text } = previewSchedule(clock, TENANT, {
      schedule: every,
      afterMs: START,
      count: 2,
    });
    expect(occurrences.map(({ nominal }) => nominal)).toEqual([
      "2026-03-01T01:00:00Z",
      "2026-03-01T02:00:00Z",
    ]);
    expect(text).toBe("every hour");
  });

  test("names the field of the schedule that is wrong", () => {
    const { clock } = createRig();
    const preview = () => previewSchedule(clock, TENANT, { schedule: { cron: "61 * * * *" }, count: 1 });
    expect(preview).toThrow(expect.objectContaining({ code: "invalid_schedule" }));
    expect(preview).toThrow("Cannot preview the schedule: schedule.cron");
  });
});
