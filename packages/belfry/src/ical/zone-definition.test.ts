import { describe, expect, test } from "vitest";
import { placeInZone } from "../time/placement.ts";
import { zoneNamed } from "../time/schedule.ts";
import { bytesOf, calendarText, OUTLOOK_ZONE } from "./calendar-text-fixture.ts";
import { readComponents } from "./components.ts";
import { zonesOf } from "./zones.ts";

const HOUR = 3_600_000;

function zonesIn(...lines: readonly string[]) {
  const [calendar] = readComponents(bytesOf(calendarText(...lines))).components;
  if (!calendar) throw new Error("Cannot test: there is no calendar");
  return zonesOf(calendar);
}

describe("zonesOf()", () => {
  test("places wall clocks by a VTIMEZONE as the zone that it describes does, through two years", () => {
    const described = zonesIn(...OUTLOOK_ZONE)("W. Europe Standard Time");
    const berlin = zoneNamed("Europe/Berlin");
    const wrong: string[] = [];
    for (let wallMs = Date.UTC(2026, 0, 1); wallMs < Date.UTC(2028, 0, 1); wallMs += HOUR / 2) {
      const { instantMs } = placeInZone(berlin, wallMs);
      const isRight =
        described?.place(wallMs) === instantMs && described.wallAt(instantMs) === berlin.wallAt(instantMs);
      if (!isRight) wrong.push(new Date(wallMs).toISOString());
    }
    expect(wrong).toEqual([]);
  });

  test.each([
    ["Europe/Paris", "Europe/Paris"],
    ["europe/paris", "Europe/Paris"],
    ["/citadel.org/20250101_1/Europe/Paris", "Europe/Paris"],
    ["/mozilla.org/20050126_1/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"],
    ["UTC", "UTC"],
  ])("knows %s", (tzid, name) => {
    const wallMs = Date.UTC(2026, 6, 1, 12);
    expect(zonesIn()(tzid)?.place(wallMs)).toBe(placeInZone(zoneNamed(name), wallMs).instantMs);
  });

  test("takes the place that a VTIMEZONE names before its rules", () => {
    const zones = zonesIn("BEGIN:VTIMEZONE", "TZID:mine", "X-LIC-LOCATION:Asia/Tokyo", "END:VTIMEZONE");
    expect(zones("mine")?.place(9 * HOUR)).toBe(0);
  });

  test("follows a rule that has ended, and the time before the first one", () => {
    const zones = zonesIn(
      ...["BEGIN:VTIMEZONE", "TZID:once", "BEGIN:STANDARD", "DTSTART:20000101T000000"],
      ...[
        "TZOFFSETFROM:+0300",
        "TZOFFSETTO:+0400",
        "RRULE:FREQ=YEARLY;UNTIL=20051231T235959Z",
        "END:STANDARD",
      ],
      "END:VTIMEZONE",
    );
    expect(zones("once")?.place(Date.UTC(2026, 0, 1))).toBe(Date.UTC(2025, 11, 31, 20));
    expect(zones("once")?.place(Date.UTC(1999, 0, 1))).toBe(Date.UTC(1998, 11, 31, 21));
  });

  test.each([
    ["a name that nothing explains", [], "W. Europe Standard Time"],
    ["an offset", [], "+02:00"],
    ["a VTIMEZONE without rules", ["BEGIN:VTIMEZONE", "TZID:x", "END:VTIMEZONE"], "x"],
    [
      "a VTIMEZONE of a wrong offset",
      OUTLOOK_ZONE.map((line) => line.replace("+0200", "two")),
      "W. Europe Standard Time",
    ],
    [
      "a VTIMEZONE of a wrong rule",
      OUTLOOK_ZONE.map((line) => line.replace("BYMONTH=10", "BYMONTH=99")),
      "W. Europe Standard Time",
    ],
  ])("does not know %s", (_name, lines, tzid) => {
    expect(zonesIn(...lines)(tzid)).toBeNull();
  });
});
