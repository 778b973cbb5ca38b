import { describe, expect, test } from "vitest";
import { prefersOpenMetrics, toOpenMetrics } from "./open-metrics.ts";

describe("prefersOpenMetrics()", () => {
  test.each([
    ["what Prometheus 3 sends", true, prometheus3()],
    ["OpenMetrics alone", true, "application/openmetrics-text"],
    ["OpenMetrics as good as text", true, "text/plain, application/openmetrics-text;version=1.0.0"],
    ["OpenMetrics less than text", false, "text/plain;q=0.5,application/openmetrics-text;q=0.4"],
    ["OpenMetrics refused", false, "application/openmetrics-text;q=0"],
    ["a browser", false, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"],
    ["anything", false, "*/*"],
    ["nothing", false, ""],
    ["no header", false, undefined],
  ])("prefersOpenMetrics() of %s is %s", (_case, prefers, accept) => {
    expect(prefersOpenMetrics(accept)).toBe(prefers);
  });
});

/** As `scrape_protocols` orders them by default. */
function prometheus3(): string {
  return (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5," +
    "application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;q=0.3," +
    "text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
  );
}

describe("toOpenMetrics()", () => {
  test("toOpenMetrics() names counters without their suffix, writes bounds as floats, and marks the end", () => {
    const text = [
      "# HELP a_total All of a_total.",
      "# TYPE a_total counter",
      'a_total{le="1"} 1',
      "",
      "# HELP b_total A gauge with an odd name.",
      "# TYPE b_total gauge",
      "b_total 3",
      "",
      "# HELP c_seconds Long.",
      "# TYPE c_seconds histogram",
      'c_seconds_bucket{le="0.5",way="x"} 1',
      'c_seconds_bucket{le="10",way="x"} 1',
      'c_seconds_bucket{le="+Inf",way="x"} 1',
      "",
    ].join("\n");
    expect(toOpenMetrics(text).split("\n")).toEqual([
      "# HELP a All of a_total.",
      "# TYPE a counter",
      'a_total{le="1.0"} 1',
      "# HELP b_total A gauge with an odd name.",
      "# TYPE b_total gauge",
      "b_total 3",
      "# HELP c_seconds Long.",
      "# TYPE c_seconds histogram",
      'c_seconds_bucket{le="0.5",way="x"} 1',
      'c_seconds_bucket{le="10.0",way="x"} 1',
      'c_seconds_bucket{le="+Inf",way="x"} 1',
      "# EOF",
      "",
    ]);
  });
});
