import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, test } from "vitest";
import { placeInZone } from "./placement.ts";
import { parseDuration, parseInstant, resolveTimeZone, ScheduleError, zoneNamed } from "./schedule.ts";
import { formatOffset } from "./wall-clock.ts";

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

describe("zones", () => {
  test.each(ZONES)(
    "placing a wall clock in %s agrees with Temporal around every change of clocks",
    (name) => {
      const zone = zoneNamed(name);
      let at = Temporal.Instant.from("2009-01-01T00:00:00Z").toZonedDateTimeISO(name);
      for (let i = 0; i < 60; i++) {
        const change = at.getTimeZoneTransition("next");
        if (!change) break;
        at = change;
        for (let minutes = -26 * 60; minutes <= 26 * 60; minutes += 15) {
          const wallMs = zone.wallAt(at.epochMilliseconds) + minutes * 60_000;
          const wall = Temporal.PlainDateTime.from(new Date(wallMs).toISOString().slice(0, 19));
          const expected = wall.toZonedDateTime(name, { disambiguation: "compatible" }).epochMilliseconds;
          expect(placeInZone(zone, wallMs).instantMs).toBe(expected);
        }
      }
    },
  );

  test.each(ZONES)("offsets and changes of %s are those that Intl tells, in the years 1 to 9999", (name) => {
    const format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
    const told = (instantMs: number) => format.format(instantMs).replace(/^.*GMT/, "") || "+00:00";
    const zone = zoneNamed(name);
    const instants = fc.oneof(
      fc.integer({ min: Date.UTC(1800, 0, 1), max: Date.UTC(2110, 0, 1) }),
      fc.integer({ min: -62_135_596_800_000, max: 253_400_000_000_000 }),
    );
    fc.assert(
      fc.property(instants, (instantMs) => {
        expect(formatOffset(zone.offsetAt(instantMs))).toBe(told(instantMs));
        const change = zone.transitionIn(instantMs, instantMs + 300 * 86_400_000);
        if (!change) return;
        expect(formatOffset(change.beforeMs)).toBe(told(change.instantMs - 1));
        expect(formatOffset(change.afterMs)).toBe(told(change.instantMs));
        expect(told(instantMs)).toBe(formatOffset(change.beforeMs));
      }),
      { numRuns: 100 },
    );
  });

  test("a change of clocks at any millisecond is found once", () => {
    const zone = zoneNamed("Europe/Paris");
    const changeMs = Date.UTC(2026, 2, 29, 1);
    expect(zone.transitionIn(changeMs - 1, changeMs)?.instantMs).toBe(changeMs);
    expect(zone.transitionIn(changeMs, changeMs + 86_400_000)).toBeNull();
    expect(zone.offsetAt(changeMs - 1)).toBe(3_600_000);
    expect(zone.offsetAt(changeMs)).toBe(7_200_000);
  });

  test.each([
    ["europe/paris", "Europe/Paris"],
    ["ASIA/KOLKATA", "Asia/Kolkata"],
    ["Asia/Kolkata", "Asia/Kolkata"],
    ["america/port_of_spain", "America/Port_of_Spain"],
    ["us/eastern", "US/Eastern"],
    ["Etc/UTC", "UTC"],
    ["utc", "UTC"],
  ])("resolveTimeZone(%s) is %s", (name, expected) => {
    expect(resolveTimeZone(name)).toBe(expected);
  });

  test.each(["EST", "PST", "CET", "+02:00", "UTC+2", "Etc/GMT+5", "Mars/Olympus", "", "Japan", 5, null])(
    "resolveTimeZone(%s) is refused",
    (name) => {
      expect(() => resolveTimeZone(name)).toThrow(ScheduleError);
    },
  );
});

describe("instants and durations", () => {
  test.each([
    ["2026-12-01T09:00:00+01:00", "2026-12-01T08:00:00.000Z"],
    ["2026-12-01T09:00Z", "2026-12-01T09:00:00.000Z"],
    ["2026-12-01T09:00:00.0509Z", "2026-12-01T09:00:00.050Z"],
    ["2026-12-01t09:00:00-0330", "2026-12-01T12:30:00.000Z"],
    ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
  ])("parseInstant(%s)", (text, expected) => {
    expect(new Date(parseInstant(text) ?? Number.NaN).toISOString()).toBe(expected);
  });

  test.each([
    "2026-12-01T09:00",
    "2026-12-01",
    "2026-02-29T09:00Z",
    "2026-12-01T24:00Z",
    "9999-12-31T23:59:59-01:00",
    "0001-01-01T00:00:00+01:00",
    "now",
    "",
  ])("parseInstant(%s) is null", (text) => {
    expect(parseInstant(text)).toBeNull();
  });

  test.each([
    ["PT15M", 900_000],
    ["PT0.05S", 50],
    ["P1DT12H", 129_600_000],
    ["P2W", 1_209_600_000],
    ["pt1,5h", 5_400_000],
  ])("parseDuration(%s)", (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  test.each(["P", "PT", "P1M", "P1Y", "1h", "-PT1H", "P1DT"])("parseDuration(%s) throws", (text) => {
    expect(() => parseDuration(text)).toThrow("Cannot read duration");
  });
});
