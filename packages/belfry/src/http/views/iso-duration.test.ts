import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDuration } from "../../time/schedule.ts";
import { isoDuration } from "./iso-duration.ts";

describe("isoDuration()", () => {
  test.each([
    [0, "PT0S"],
    [50, "PT0.05S"],
    [5_000, "PT5S"],
    [900_000, "PT15M"],
    [7_200_000, "PT2H"],
    [86_400_000, "P1D"],
    [604_800_000, "P7D"],
    [90_061_001, "P1DT1H1M1.001S"],
  ])("writes %d ms as %s", (ms, text) => {
    expect(isoDuration(ms)).toBe(text);
  });

  test("reads back as what was written", () => {
    const property = fc.property(fc.nat(), (ms) => {
      expect(parseDuration(isoDuration(ms))).toBe(ms);
    });
    fc.assert(property);
  });
});
