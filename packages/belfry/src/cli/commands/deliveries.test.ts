import { describe, expect, test } from "vitest";
import { page, runAgainst } from "../test/against.ts";
import { TEST_NOW } from "../test/run.ts";
import { sampleDelivery } from "../test/samples.ts";

const ASKED =
  "/v1/deliveries?state=dead&reminder=rem_1&channel=sms&recipient=rcp_1&campaign=cmp_1" +
  "&since=2026-11-23T06%3A30%3A00Z&until=2026-11-23T08%3A00%3A00Z&error=time+out&limit=20";

function queryOf(path = "") {
  return Object.fromEntries(new URL(path, "http://x").searchParams);
}

describe("belfry deliveries", () => {
  test("asks for those that fit all that is given", async () => {
    const given = ["--state", "dead", "--reminder", "rem_1", "--channel", "sms", "--recipient", "rcp_1"];
    const times = ["--since", "2h", "--until", "2026-11-23T08:00:00Z", "--error", "time out"];
    const { seen, err } = await runAgainst({}, ["deliveries", ...given, "--campaign", "cmp_1", ...times]);
    expect(queryOf(seen[0]?.path)).toEqual(queryOf(ASKED));
    expect(TEST_NOW).toBe("2026-11-23T08:30:00Z");
    expect(err).not.toContain("Cannot read the command");
  });

  test("says that there is none such", async () => {
    const answers = { "GET /v1/deliveries?channel=sms&limit=20": page([]) };
    expect((await runAgainst(answers, ["deliveries", "--channel", "sms"])).err).toBe(
      "There is no such delivery.\n",
    );
  });
});

describe("belfry export --deliveries", () => {
  test("writes every delivery as the API shows it, one a line, over all pages", async () => {
    const [one, two] = [sampleDelivery({ id: "dlv_1" }), sampleDelivery({ id: "dlv_2", state: "dead" })];
    const query = "since=2026-11-22T08%3A30%3A00Z&limit=100";
    const answers = {
      [`GET /v1/deliveries?${query}`]: page([one], "next"),
      [`GET /v1/deliveries?${query}&cursor=next`]: page([two]),
    };
    const { out, code } = await runAgainst(answers, ["export", "--deliveries", "--since", "24h"]);
    expect(code).toBe(0);
    expect(
      out
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([one, two]);
  });

  test("takes no option of reminders, and they take none of its", async () => {
    for (const wrong of [
      ["--deliveries", "--state", "active"],
      ["--deliveries", "--endpoints"],
      ["--since", "2h"],
    ]) {
      const { code, seen } = await runAgainst({}, ["export", ...wrong]);
      expect([wrong, code, seen]).toEqual([wrong, 2, []]);
    }
  });
});
