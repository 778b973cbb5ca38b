import { describe, expect, test } from "vitest";
import { type PlanContext, planOf, readSchedule } from "./schedule.ts";
import { SearchSteps } from "./search-steps.ts";

const context: PlanContext = { acceptedAtMs: 0, timeZone: "UTC" };

describe("a rule of every second around a day that was skipped", () => {
  const upTo = (last: number): string => Array.from({ length: last + 1 }, (_, value) => value).join();
  const rule = `FREQ=DAILY;BYHOUR=${upTo(23)};BYMINUTE=${upTo(59)};BYSECOND=${upTo(59)}`;
  const schedule = { rrule: rule, start: "2011-12-01T00:00", timeZone: "Pacific/Apia" };
  const change = Date.UTC(2011, 11, 30, 10);

  test("next() names each second by the earlier of its two nominal times, in order of due", () => {
    const steps = new SearchSteps("rrule", rule);
    const plan = planOf(readSchedule(schedule, context), context, steps);
    expect(plan.next(change - 1)).toMatchObject({ nominal: "2011-12-30T00:00", dueMs: change });
    expect(plan.next(change)).toMatchObject({ nominal: "2011-12-30T00:00:01", dueMs: change + 1000 });
    const lastMs = change + 86_399_000;
    expect(plan.next(lastMs - 1)).toMatchObject({ nominal: "2011-12-30T23:59:59", dueMs: lastMs });
    expect(plan.next(lastMs)).toMatchObject({ nominal: "2012-01-01T00:00", dueMs: lastMs + 1000 });
    expect(plan.previous(lastMs, 0)?.nominal).toBe("2011-12-30T23:59:59");
    expect(steps.most).toBeLessThan(100);
  });

  test("an end inside the gap ends it at that instant", () => {
    const until = "2011-12-30T10:00:01Z";
    const plan = planOf(readSchedule({ ...schedule, until }, context), context);
    expect(plan.next(change)?.nominal).toBe("2011-12-30T00:00:01");
    expect(plan.next(change + 1000)).toBeNull();
  });

  test("exdates leave out the nominal time they name, and the other one rings instead", () => {
    const exdates = ["2011-12-30"];
    const plan = planOf(readSchedule({ ...schedule, exdates }, context), context);
    expect(plan.next(change - 1)).toMatchObject({ nominal: "2011-12-31T00:00", dueMs: change });
  });
});
