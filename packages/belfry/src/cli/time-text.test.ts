import { describe, expect, test } from "vitest";
import { distance, elapsed, longTime, shortTime } from "./time-text.ts";

describe("distance()", () => {
  const now = Date.parse("2026-11-23T08:30:00Z");
  test.each([
    [0, "now"],
    [9_980, "in 10 seconds"],
    [60_000, "in 1 minute"],
    [90_000, "in 1 minute 30 seconds"],
    [599_980, "in 10 minutes"],
    [3_600_000 * 16.5, "in 16 hours"],
    [3_600_000 * 76, "in 3 days 4 hours"],
    [3_600_000 * 72 + 5_000, "in 3 days"],
    [-3_600_000, "1 hour ago"],
  ])("distance() gives two units at most when the instant is %d ms away", (ms, words) => {
    expect(distance(new Date(now + ms).toISOString(), now)).toBe(words);
  });
});

test("longTime() shows the clocks of the zone when it is another one", () => {
  expect(longTime("2026-07-01T08:05:09Z", "Europe/Paris")).toBe("Wed 01 Jul 2026 10:05:09 CEST");
  expect(longTime("2026-07-01T23:05:09Z", "UTC")).toBe("Wed 01 Jul 2026 23:05:09 UTC");
});

test("shortTime() is sortable when it stands in a table", () => {
  expect(shortTime("2026-07-01T22:05:09.999Z", "Europe/Paris")).toBe("2026-07-02 00:05:09");
});

test.each([
  [2.4, "2 ms"],
  [-3, "-3 ms"],
  [1500, "1.5 s"],
  [600_000, "10 min"],
])("elapsed() chooses its unit when it is %d ms", (ms, text) => {
  expect(elapsed(ms)).toBe(text);
});
