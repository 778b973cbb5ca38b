import { describe, expect, test } from "vitest";
import { ScheduleError } from "./schedule-error.ts";
import { SearchSteps } from "./search-steps.ts";

describe("the steps of a search", () => {
  test("spend() refuses the rule when a search takes more than its bound, naming path, value and what is allowed", () => {
    const steps = new SearchSteps("rrule", "FREQ=SECONDLY", 10);
    steps.spend(10);
    try {
      steps.spend();
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ScheduleError);
      expect(error).toMatchObject({
        code: "invalid_schedule",
        message: "Cannot use schedule: searching this rule takes too long (rrule)",
        issues: [
          {
            path: ["rrule"],
            value: "FREQ=SECONDLY",
            message: "searching this rule takes too long",
            allowed: "a coarser FREQ, fewer BY parts or a nearer start",
          },
        ],
      });
    }
  });

  test("begin() gives each search its own bound, and most keeps the costliest", () => {
    const steps = new SearchSteps("rrule", "FREQ=SECONDLY", 10);
    for (const taken of [7, 10, 3]) {
      steps.begin();
      steps.spend(taken);
    }
    expect(steps.most).toBe(10);
  });
});
