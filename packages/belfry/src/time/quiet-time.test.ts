import { describe, expect, test } from "vitest";
import { formatInstant, parseInstant } from "./instant.ts";
import { quietEnd } from "./quiet-time.ts";

const HOUR = 3_600_000;
const NIGHT = { fromMs: 22 * HOUR, toMs: 7 * HOUR, days: null };
const NOON = { fromMs: 12 * HOUR, toMs: 13.5 * HOUR, days: null };

function endAt(stretch: Parameters<typeof quietEnd>[0], zone: string, instant: string): string | null {
  const end = quietEnd(stretch, zone, parseInstant(instant) ?? Number.NaN);
  return end === null ? null : formatInstant(end);
}

describe("quietEnd()", () => {
  test.each([
    ["2026-01-10T20:59:59Z", null],
    ["2026-01-10T21:00:00Z", "2026-01-11T06:00:00Z"],
    ["2026-01-10T23:30:00Z", "2026-01-11T06:00:00Z"],
    ["2026-01-11T05:59:59Z", "2026-01-11T06:00:00Z"],
    ["2026-01-11T06:00:00Z", null],
  ])("of a night in Berlin at %s is %s", (instant, end) => {
    expect(endAt(NIGHT, "Europe/Berlin", instant)).toBe(end);
  });

  test("follows the clocks when they change during the night", () => {
    // 2026-03-29: 02:00 to 03:00 is skipped; 2026-10-25: 02:00 to 03:00 comes twice.
    expect(endAt(NIGHT, "Europe/Berlin", "2026-03-29T02:00:00Z")).toBe("2026-03-29T05:00:00Z");
    expect(endAt(NIGHT, "Europe/Berlin", "2026-10-25T02:00:00Z")).toBe("2026-10-25T06:00:00Z");
    const toRepeated = { fromMs: 22 * HOUR, toMs: 2.5 * HOUR, days: null };
    expect(endAt(toRepeated, "Europe/Berlin", "2026-10-25T01:00:00Z")).toBe("2026-10-25T01:30:00Z");
  });

  test("is within a day too, and on the days that are named alone", () => {
    expect(endAt(NOON, "UTC", "2026-01-10T12:00:00Z")).toBe("2026-01-10T13:30:00Z");
    // 2026-01-10 is a Saturday.
    const weekend = { ...NIGHT, days: [6, 7] };
    expect(endAt(weekend, "UTC", "2026-01-10T23:00:00Z")).toBe("2026-01-11T07:00:00Z");
    expect(endAt(weekend, "UTC", "2026-01-12T03:00:00Z")).toBe("2026-01-12T07:00:00Z");
    expect(endAt(weekend, "UTC", "2026-01-12T23:00:00Z")).toBeNull();
    expect(endAt(weekend, "UTC", "2026-01-10T03:00:00Z")).toBeNull();
  });

  test("finds the day where clocks are far from UTC", () => {
    expect(endAt(NIGHT, "Pacific/Kiritimati", "2026-01-10T09:00:00Z")).toBe("2026-01-10T17:00:00Z");
    expect(endAt(NIGHT, "Pacific/Pago_Pago", "2026-01-10T10:00:00Z")).toBe("2026-01-10T18:00:00Z");
  });
});
