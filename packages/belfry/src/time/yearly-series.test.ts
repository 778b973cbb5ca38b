import { describe, expect, test } from "vitest";
import { type PlanContext, planOf, readSchedule } from "./schedule.ts";

function planYearly(yearly: object, dates?: Record<string, string>, more: object = {}) {
  const context: PlanContext = {
    acceptedAtMs: Date.UTC(2026, 0, 1),
    timeZone: "Europe/Paris",
    ...(dates && { dates }),
  };
  return planOf(readSchedule({ yearly, ...more }, context), context);
}

describe("yearly", () => {
  test("next() keeps 29 February on the 28th in common years, and is named by the year", () => {
    const plan = planYearly({ on: { recipientDate: "birthday" }, time: "09:00" }, { birthday: "1990-02-29" });
    const first = plan.next(Date.UTC(2027, 0, 1));
    expect(first).toMatchObject({
      key: "2027",
      nominal: "2027-02-28T09:00",
      resolution: { kind: "leap-day" },
    });
    expect(first?.resolution.note).toContain("29 February does not exist in 2027");
    expect(plan.next(Date.UTC(2028, 0, 1))).toMatchObject({
      key: "2028",
      nominal: "2028-02-29T09:00",
      resolution: { kind: "exact" },
    });
  });

  test("next() keeps it on 1 March when so set", () => {
    const plan = planYearly({ on: "02-29", time: "09:00", leapDay: "mar-1" });
    expect(plan.next(Date.UTC(2027, 0, 1))?.nominal).toBe("2027-03-01T09:00");
  });

  test("next() reads a date without a year", () => {
    const plan = planYearly({ on: { recipientDate: "name-day" }, time: "23:30" }, { "name-day": "--12-31" });
    expect(plan.next(Date.UTC(2026, 5, 1))).toMatchObject({
      key: "2026",
      dueMs: Date.UTC(2026, 11, 31, 22, 30),
    });
  });

  test("count begins at acceptance", () => {
    const plan = planYearly({ on: "03-15", time: "09:00" }, undefined, { count: 2 });
    expect(plan.next(0)?.key).toBe("2026");
    expect(plan.next(Date.UTC(2027, 11, 1))).toBeNull();
  });
});
