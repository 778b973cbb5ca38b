import { describe, expect, test } from "vitest";
import { OLDEST_NODE } from "../../config/version.ts";
import { nodeFinding, zoneFindings } from "./machine-checks.ts";

const NOW = Date.parse("2026-11-23T08:30:00Z");

describe("nodeFinding()", () => {
  test.each([
    [OLDEST_NODE, "ok"],
    ["24.100.0", "ok"],
    ["26.0.0", "ok"],
    ["24.14.9", "fail"],
    ["22.30.0", "fail"],
  ])("nodeFinding() judges %s as %s", (version, status) => {
    expect(nodeFinding(version)).toMatchObject({ status, text: `Node ${version}` });
  });
});

describe("zoneFindings()", () => {
  test("zoneFindings() finds the zones of this Node", () => {
    expect(zoneFindings(NOW)[0]).toMatchObject({ check: "zones", status: "ok" });
  });

  test.each([
    ["2026c", "ok"],
    ["2025a", "ok"],
    ["2024b", "warn"],
    ["unknown", "warn"],
  ])("zoneFindings() judges zone data of %s as %s in November 2026", (version, status) => {
    expect(zoneFindings(NOW, version)[1]).toMatchObject({ check: "zone data", status });
  });
});
