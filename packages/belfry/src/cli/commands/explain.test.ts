import { describe, expect, test } from "vitest";
import { ok, runAgainst } from "../test/against.ts";

const TEXT = "rem_1 rings every day at 09:00, UTC.\nIt is active, and rings as its rule says.";

describe("belfry explain", () => {
  test("tells a reminder and a delivery in sentences, one a line, or as the API has it", async () => {
    const answers = {
      "GET /v1/reminders/rem_1/explain": ok({ text: TEXT }),
      "GET /v1/deliveries/dlv_1/explain": ok({ text: "It was delivered\u001b[31m." }),
    };
    expect((await runAgainst(answers, ["explain", "rem_1"])).out).toBe(`${TEXT}\n`);
    const { out } = await runAgainst(answers, ["explain", "dlv_1"]);
    expect(out).not.toContain("\u001b");
    expect(JSON.parse((await runAgainst(answers, ["explain", "rem_1", "--json"])).out)).toEqual({
      text: TEXT,
    });
  });

  test("asks after one occurrence as the API writes it", async () => {
    const { seen } = await runAgainst({}, ["explain", "rem_1", "--occurrence", "2027-03-28 2:30"]);
    expect(seen[0]?.path).toBe("/v1/reminders/rem_1/explain?occurrence=2027-03-28T02%3A30");
  });

  test("refuses what is no id, and an occurrence of a delivery", async () => {
    const none = await runAgainst({}, ["explain", "x"]);
    expect([none.code, none.err]).toEqual([
      2,
      expect.stringContaining('"x" is no id; allowed: rem_… or dlv_…'),
    ]);
    const both = await runAgainst({}, ["explain", "dlv_1", "--occurrence", "2027-03-28 02:30"]);
    expect([both.code, both.seen]).toEqual([2, []]);
  });
});
