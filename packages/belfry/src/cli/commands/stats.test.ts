import { describe, expect, test } from "vitest";
import type { Stats } from "../resources.ts";
import { sparkline } from "../sparkline.ts";
import { ok, runAgainst } from "../test/against.ts";

const QUANTILES = { p50: 2, p90: 12, p99: 1500, max: 61_000 };
const STATS: Stats = {
  at: "2026-11-23T08:30:00Z",
  reminders: { active: 1200, paused: 1, finished: 0, cancelled: 0 },
  deliveries: { scheduled: 3, leased: 0, retrying: 1, delivered: 12_345, dead: 2, expired: 0, cancelled: 0 },
  oldestWaitingDue: "2026-11-23T08:28:00Z",
  windows: [
    {
      window: "PT5M",
      delivered: 100,
      dead: 2,
      expired: 0,
      attempts: 110,
      failedAttempts: 10,
      latenessMs: QUANTILES,
      latencyMs: null,
    },
  ],
  nextHour: { total: 12, perMinute: [4, 0, 8, ...Array.from({ length: 57 }, () => 0)] },
};

describe("belfry stats", () => {
  test("stats shows a screenful, no wider than a terminal", async () => {
    const { code, out } = await runAgainst({ "GET /v1/stats": ok(STATS) }, ["stats"]);
    expect(code).toBe(0);
    expect(out.split("\n")).toEqual([
      "Mon 23 Nov 2026 09:30:00 CET",
      "",
      "Now",
      "reminders       1,200 active, 1 paused",
      "deliveries      3 scheduled, 1 retrying, 12,345 delivered, 2 dead",
      "oldest waiting  due 2 minutes ago",
      "",
      "Lately",
      "LAST  DELIVERED  DEAD  EXPIRED  TRIES  FAILED",
      "5m          100     2        0    110      10",
      "",
      "LAST  LATE p50    p90    p99     max  TOOK p50  p90  p99  max",
      "5m        2 ms  12 ms  1.5 s  61.0 s         -    -    -    -",
      "",
      "The next hour",
      `▄ █${" ".repeat(57)}`,
      `now${" ".repeat(54)}1 h`,
      "12 occurrences, at most 8 in one minute",
      "",
    ]);
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("stats says so when nothing waits and nothing is due", async () => {
    const nextHour = { total: 0, perMinute: Array.from({ length: 60 }, () => 0) };
    const quiet = { ...STATS, oldestWaitingDue: null, nextHour };
    const { out } = await runAgainst({ "GET /v1/stats": ok(quiet) }, ["stats"]);
    expect(out).toContain("oldest waiting  nothing waits\n");
    expect(out).toContain("Nothing is due.\n");
  });

  test("stats prints the answer of the API when asked for JSON", async () => {
    const { out } = await runAgainst({ "GET /v1/stats": ok(STATS) }, ["stats", "--json"]);
    expect(JSON.parse(out)).toEqual(STATS);
  });
});

describe("sparkline()", () => {
  test.each([
    [[0, 1, 8], " ▁█"],
    [[1, 1, 1], "███"],
    [[0, 0], "  "],
    [[], ""],
  ])("draws %j as %j", (values, text) => {
    expect(sparkline(values)).toBe(text);
  });
});
