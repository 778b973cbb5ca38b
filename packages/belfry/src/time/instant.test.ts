import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FIRST_INSTANT, LAST_INSTANT } from "./calendar.ts";
import { formatInstant, parseInstant } from "./instant.ts";

const instants = fc.integer({ min: FIRST_INSTANT, max: LAST_INSTANT });

/** As Date writes it. */
function isoOf(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}

describe("formatInstant()", () => {
  it("writes what Date writes, without milliseconds that are zero, for every instant there is", () => {
    fc.assert(
      fc.property(instants, (ms) => {
        const wholeMs = Math.ceil(ms / 1000) * 1000;
        expect([ms, wholeMs].map(formatInstant)).toEqual([ms, wholeMs].map(isoOf));
      }),
    );
  });

  it("writes the first and the last instant, and those around the epoch and a leap day", () => {
    const some = [FIRST_INSTANT, LAST_INSTANT, -1, 0, 1, Date.UTC(2028, 1, 29, 23, 59, 59, 999)];
    expect(some.map(formatInstant)).toEqual(some.map(isoOf));
  });

  it("writes what lies beyond as Date does", () => {
    for (const ms of [FIRST_INSTANT - 1, LAST_INSTANT + 1]) expect(formatInstant(ms)).toBe(isoOf(ms));
    expect(() => formatInstant(Number.NaN)).toThrow(RangeError);
  });
});

describe("parseInstant()", () => {
  it("reads what was written when it is any instant", () => {
    fc.assert(
      fc.property(instants, (ms) => {
        expect(parseInstant(formatInstant(ms))).toBe(ms);
      }),
    );
  });

  it.each([
    ["2026-12-01T09:00:00+01:00", Date.UTC(2026, 11, 1, 8)],
    ["2026-12-01 09:00-0530", Date.UTC(2026, 11, 1, 14, 30)],
    ["2026-12-01t09:00z", Date.UTC(2026, 11, 1, 9)],
    ["2026-12-01T09:00:07+01", Date.UTC(2026, 11, 1, 8, 0, 7)],
    ["2026-12-01T09:00:07.5Z", Date.UTC(2026, 11, 1, 9, 0, 7, 500)],
    ["2026-12-01T09:00:07,123456789Z", Date.UTC(2026, 11, 1, 9, 0, 7, 123)],
    ["2026-12-01T09:00.02Z", Date.UTC(2026, 11, 1, 9, 0, 0, 20)],
    ["0001-01-01T00:00Z", FIRST_INSTANT],
    ["9999-12-31T23:59:59.999Z", LAST_INSTANT],
  ])("reads %s", (text, ms) => {
    expect(parseInstant(text)).toBe(ms);
  });

  it.each([
    "2026-12-01T09:00",
    "2026-13-01T09:00Z",
    "2026-02-29T09:00Z",
    "2026-12-01T24:00Z",
    "2026-12-01T09:60Z",
    "2026-12-01T09:00:60Z",
    "2026-12-01T09:00+24:00",
    "2026-12-01T09:00+01:60",
    "2026-12-01T09:00:00.Z",
    "0000-12-31T09:00Z",
    "0001-01-01T00:00+01:00",
    " 2026-12-01T09:00Z",
  ])("gives null when it is %s", (text) => {
    expect(parseInstant(text)).toBeNull();
  });
});
