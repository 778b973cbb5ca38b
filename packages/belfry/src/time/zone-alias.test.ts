import { describe, expect, test } from "vitest";
import { canonicalTimeZone } from "./zone-alias.ts";
import { resolveTimeZone } from "./zone-name.ts";

describe("canonicalTimeZone()", () => {
  test.each([
    ["US/Eastern", "America/New_York"],
    ["Asia/Calcutta", "Asia/Kolkata"],
    ["asia/kolkata", "Asia/Kolkata"],
    ["Europe/Kiev", "Europe/Kyiv"],
    ["Europe/Kyiv", "Europe/Kyiv"],
    ["Europe/Belfast", "Europe/London"],
    ["America/Buenos_Aires", "America/Argentina/Buenos_Aires"],
    ["europe/paris", "Europe/Paris"],
    ["Etc/UTC", "UTC"],
    ["UTC", "UTC"],
  ])("reads %s as %s", (name, canonical) => {
    expect(canonicalTimeZone(name)).toBe(canonical);
  });

  test("keeps the instant of every zone that there is, and is at rest after one step", () => {
    const local = (timeZone: string) =>
      new Intl.DateTimeFormat("en-US", { timeZone, dateStyle: "short", timeStyle: "long" }).format(0);
    for (const name of Intl.supportedValuesOf("timeZone")) {
      if (/^Etc\/GMT[+-]/.test(name)) continue;
      const canonical = canonicalTimeZone(name);
      expect(local(canonical), name).toBe(local(name));
      expect(canonicalTimeZone(canonical), name).toBe(canonical);
      expect(resolveTimeZone(canonical), name).toBe(canonical);
    }
  });

  test.each(["EST", "+02:00", "UTC+2", "Etc/GMT+5", "Mars/Olympus", "", 7, null])("refuses %j", (name) => {
    expect(() => canonicalTimeZone(name)).toThrow(expect.objectContaining({ code: "unknown_time_zone" }));
  });
});
