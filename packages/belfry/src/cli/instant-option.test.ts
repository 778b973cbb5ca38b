import { describe, expect, test } from "vitest";
import { parseComingText, parseInstantText, parsePastText } from "./instant-option.ts";

const CLOCKS = { timeZone: "Europe/Paris", now: () => Date.parse("2026-11-23T08:30:00.250Z") };

describe("parseInstantText()", () => {
  test.each([
    ["2026-12-01 9:00", "2026-12-01T08:00:00Z"],
    ["2026-07-01T09:00:30", "2026-07-01T07:00:30Z"],
    ["2027-03-28 02:30", "2027-03-28T01:30:00Z"],
    ["2026-12-01T09:00-05:00", "2026-12-01T14:00:00Z"],
    ["1999-01-01 00:00", "1998-12-31T23:00:00Z"],
  ])("reads %s on the clocks of this machine unless it has an offset", (text, instant) => {
    expect(parseInstantText(text, CLOCKS)).toBe(instant);
  });

  test.each(["tomorrow", "2026-12-01", "2026-13-01 09:00", "", "10m"])("refuses %j", (text) => {
    expect(() => parseInstantText(text, CLOCKS)).toThrow(/^Allowed: "2030-12-02 09:00" on the clocks/);
  });
});

describe("parseComingText()", () => {
  test.each([
    ["17:00", "2026-11-23T16:00:00Z"],
    ["9:30", "2026-11-24T08:30:00Z"],
    ["9:31", "2026-11-23T08:31:00Z"],
    ["2026-12-01 09:00", "2026-12-01T08:00:00Z"],
  ])("takes %s as the next such time", (text, instant) => {
    expect(parseComingText(text, CLOCKS)).toBe(instant);
  });

  test.each(["24:00", "9:60"])("refuses %s", (text) => {
    expect(() => parseComingText(text, CLOCKS)).toThrow("Allowed:");
  });
});

describe("parsePastText()", () => {
  test.each([
    ["2h", "2026-11-23T06:30:00.250Z"],
    ["1d12h", "2026-11-21T20:30:00.250Z"],
    ["PT1M", "2026-11-23T08:29:00.250Z"],
    ["2026-11-01 09:00", "2026-11-01T08:00:00Z"],
  ])("takes %s as so long ago, or as it stands", (text, instant) => {
    expect(parsePastText(text, CLOCKS)).toBe(instant);
  });

  test.each(["2x", "soon", "P1Y"])("refuses %s", (text) => {
    expect(() => parsePastText(text, CLOCKS)).toThrow("Allowed:");
  });
});
