import { describe, expect, test } from "vitest";
import { settingFindings, webhookFindings } from "./setting-checks.ts";

describe("settingFindings()", () => {
  test("settingFindings() finds nothing wrong when all is right", () => {
    expect(settingFindings({ BELFRY_PORT: "9000" })).toMatchObject([{ status: "ok" }]);
  });

  test("settingFindings() fails for each wrong setting and each variable that is none", () => {
    const findings = settingFindings({ BELFRY_PORT: "x", BELFRY_PROT: "1" });
    expect(findings.map(({ status, text }) => `${status} ${text.split(":")[0]}`)).toEqual([
      'fail BELFRY_PORT = "x"',
      "fail BELFRY_PROT",
    ]);
  });

  test("settingFindings() shows no secret when one is wrong", () => {
    expect(JSON.stringify(settingFindings({ BELFRY_KEY: "short-secret" }))).not.toContain("short-secret");
  });
});

describe("webhookFindings()", () => {
  test.each([
    [undefined, "ok"],
    ["", "ok"],
    ["127.0.0.1 10.0.0.0/8", "ok"],
    ["*.example.com", "ok"],
    ["0.0.0.0/0", "warn"],
    ["10.0.0.0/8, ::/0", "warn"],
    ["169.254.169.254", "warn"],
    ["169.254.0.0/16", "warn"],
  ])("webhookFindings() judges BELFRY_WEBHOOK_ALLOW = %j as %s", (value, status) => {
    expect(webhookFindings({ BELFRY_WEBHOOK_ALLOW: value })).toMatchObject([{ status }]);
  });

  test("webhookFindings() says nothing of a wrong BELFRY_WEBHOOK_ALLOW, which the settings tell", () => {
    expect(webhookFindings({ BELFRY_WEBHOOK_ALLOW: "no_such/99" })).toEqual([]);
  });

  test("webhookFindings() names what is too broad", () => {
    const [finding] = webhookFindings({ BELFRY_WEBHOOK_ALLOW: "10.0.0.0/8, ::/0" });
    expect(finding?.mend).toMatch(/^take ::\/0 out/);
  });
});
