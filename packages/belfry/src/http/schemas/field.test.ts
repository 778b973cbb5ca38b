import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { durationParts } from "../../time/duration.ts";
import { DURATION_PATTERN } from "./field.ts";

describe("DURATION_PATTERN", () => {
  const isDuration = (text: string): boolean => new RegExp(DURATION_PATTERN).test(text);

  test("DURATION_PATTERN takes a text when it is read as a duration without years and months", () => {
    const characters = fc.constantFrom(..."PTWDHMS0159.,pt-Y ");
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 10 }), fc.boolean(), (rest, isLikely) => {
        const text = isLikely ? `PT${rest}` : rest;
        const parts = durationParts(text);
        const isFixed = parts !== null && !parts.given.some((name) => name === "years" || name === "months");
        expect(isDuration(text)).toBe(isFixed);
      }),
      { numRuns: 5000 },
    );
  });

  test.each(["PT15M", "P1DT12H", "PT0.05S", "PT1,5S", "p1w", "PT1H30M"])(
    "DURATION_PATTERN takes %s",
    (text) => {
      expect(isDuration(text)).toBe(true);
    },
  );

  test.each(["", "P", "PT", "P1DT", "P1Y", "P1M", "1H", "PT1H ", "-PT1H", "PT1S1H"])(
    "DURATION_PATTERN refuses %j",
    (text) => {
      expect(isDuration(text)).toBe(false);
    },
  );
});
