import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Plan, type PlanContext, planOf, readSchedule, zoneNamed } from "./schedule.ts";

const ZONES = [
  "Europe/Paris",
  "America/New_York",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Africa/Casablanca",
  "America/St_Johns",
  "Asia/Kathmandu",
  "UTC",
];
const FROM_MS = Date.UTC(2011, 10, 1);
const YEAR_MS = 365 * 86_400_000;

const schedules = fc.oneof(
  fc
    .constantFrom(
      "30 2 * * *",
      "0,45 1,2,3 * * *",
      "*/20 * * * *",
      "15 */5 * * 1-5",
      "0 9 29 2 *",
      "30 0 1 * SUN",
    )
    .map((cron) => ({ cron })),
  fc
    .constantFrom(
      "FREQ=DAILY",
      "FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=0,30,45",
      "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU;COUNT=60",
      "FREQ=MONTHLY;BYDAY=-1SU",
      "FREQ=YEARLY;BYWEEKNO=13;BYDAY=SU",
      "FREQ=HOURLY;INTERVAL=5",
      "FREQ=MINUTELY;INTERVAL=45;BYHOUR=1,2,3",
    )
    .map((rrule) => ({ rrule, start: "2011-12-01T02:30", exdates: ["2012-03-25T02:30"] })),
  fc.constant({ yearly: { on: "02-29", time: "02:30" } }),
  fc.constantFrom("PT1H", "PT37M").map((every) => ({ every })),
);

const cases = fc.record({
  schedule: schedules,
  timeZone: fc.constantFrom(...ZONES),
  afterMs: fc.integer({ min: FROM_MS, max: FROM_MS + 20 * YEAR_MS }),
});

function planCase(schedule: unknown, timeZone: string): Plan {
  const context: PlanContext = { acceptedAtMs: FROM_MS, timeZone };
  return planOf(readSchedule(schedule, context), context);
}

describe("every plan", () => {
  test("next() is after its argument, and walking equals skipping", () => {
    fc.assert(
      fc.property(
        cases,
        fc.double({ min: 0, max: 1, noNaN: true }),
        ({ schedule, timeZone, afterMs }, part) => {
          const plan = planCase(schedule, timeZone);
          let at = afterMs;
          for (let i = 0; i < 12; i++) {
            const one = plan.next(at);
            if (!one) return;
            expect(one.dueMs).toBeGreaterThan(at);
            const between = at + Math.floor((one.dueMs - 1 - at) * part);
            expect(planCase(schedule, timeZone).next(between)).toEqual(one);
            at = one.dueMs;
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test("previous() of next() is where it came from", () => {
    fc.assert(
      fc.property(cases, ({ schedule, timeZone, afterMs }) => {
        const plan = planCase(schedule, timeZone);
        const first = plan.next(afterMs);
        const second = first && plan.next(first.dueMs);
        if (!first || !second) return;
        expect(plan.previous(second.dueMs - 1, afterMs)).toEqual(first);
        expect(plan.previous(second.dueMs, afterMs)).toEqual(second);
        expect(plan.previous(first.dueMs - 1, afterMs)).toBeNull();
      }),
      { numRuns: 200 },
    );
  });

  test("a fixed rule keeps its wall clock across changes of clocks, or says why not", () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), fc.integer({ min: 0, max: 1439 }), (timeZone, minute) => {
        const cron = `${minute % 60} ${Math.floor(minute / 60)} * * *`;
        const plan = planCase({ cron }, timeZone);
        let at = FROM_MS;
        for (let i = 0; i < 400; i++) {
          const one = plan.next(at);
          if (!one) throw new Error("Cannot go on: the rule ended");
          at = one.dueMs;
          const wall = new Date(zoneNamed(timeZone).wallAt(at)).toISOString().slice(0, 16);
          if (one.resolution.kind === "gap") expect(one.resolution.note).toContain("skipped");
          else expect(wall).toBe(one.nominal);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("answers do not hang on the zone of the process", () => {
    const before = process.env.TZ;
    const answers = ["America/Los_Angeles", "Pacific/Apia", "Asia/Kathmandu"].map((zone) => {
      process.env.TZ = zone;
      return planCase({ cron: "30 2 * * *" }, "Europe/Paris").next(Date.UTC(2026, 2, 28, 12));
    });
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  test.each([
    [{ at: "2030-01-01T00:00Z" }, 7],
    [{ every: "PT15M" }, 1],
    [{ cron: "30 8 * * 1-5" }, 1],
    [{ cron: "30 8 * * 1" }, 7],
    [{ rrule: "FREQ=MONTHLY", start: "2026-01-30T17:00" }, 7],
    [{ yearly: { on: "03-15", time: "09:00" } }, 7],
  ])("%j stays useful for %i days", (schedule, days) => {
    expect(planCase(schedule, "Europe/Paris").defaultUsefulForMs).toBe(days * 86_400_000);
  });

  test.each([
    [{ at: "2030-01-01T00:00Z" }, "once at 2030-01-01T00:00:00Z"],
    [{ in: "PT90S" }, "once, 1 minute 30 seconds after it was accepted"],
    [{ every: "PT1H", count: 3 }, "every hour, 3 times"],
    [{ cron: "30 8 * * 1-5" }, "every weekday at 08:30, Europe/Paris"],
    [
      { cron: "*/15 9-17 * * *", until: "2026-12-31" },
      "every 15 minutes of hours 9 to 17, Europe/Paris, until 2026-12-31",
    ],
    [
      { rrule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", start: "2026-01-30T17:00" },
      "every 2 weeks on Tuesday at 17:00, Europe/Paris",
    ],
    [
      { rrule: "FREQ=MONTHLY;BYDAY=-1FR", start: "2026-01-30T17:00" },
      "every month on the last Friday at 17:00, Europe/Paris",
    ],
    [{ yearly: { on: "03-15", time: "09:00" } }, "every year on 15 March at 09:00, Europe/Paris"],
  ])("%j reads as words", (schedule, words) => {
    expect(planCase(schedule, "Europe/Paris").text).toBe(words);
  });

  test("floats only where a wall clock has no zone of its own", () => {
    expect(planCase({ cron: "0 9 * * *" }, "Europe/Paris")).toMatchObject({
      floating: true,
      timeZone: "Europe/Paris",
    });
    expect(planCase({ cron: "0 9 * * *", timeZone: "UTC" }, "Europe/Paris")).toMatchObject({
      floating: false,
      timeZone: "UTC",
    });
    expect(planCase({ in: "PT1H" }, "Europe/Paris")).toMatchObject({ floating: false, timeZone: null });
  });
});
