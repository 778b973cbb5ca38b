import { describe, expect, test } from "vitest";
import { shownText, shownValue } from "./shown-value.ts";

describe("shownValue()", () => {
  test("shows short values as they are", () => {
    for (const value of [null, true, 5, "text", ["a"], { a: { b: 1 } }])
      expect(shownValue(["x"], value)).toEqual(value);
    expect(shownValue(["x"], undefined)).toBeUndefined();
  });

  test("cuts long ones to 200 characters", () => {
    expect(shownValue(["x"], "a".repeat(300))).toBe(`${"a".repeat(199)}…`);
    expect(String(shownValue(["x"], { list: Array(500).fill("ab") }))).toHaveLength(200);
  });

  test.each([
    [["secrets", 0], "hush"],
    [["headers", "Authorization"], "hush"],
    [["apiKey"], "hush"],
    [["x"], { password: "hush", deep: [{ token: "hush" }] }],
    [["x"], "before whsec_hush+/= after"],
    [["x"], ["https://user:hush@example.com/"]],
    [[], "https://hush@example.com/"],
  ])("hides secrets at %j", (path, value) => {
    expect(JSON.stringify(shownValue(path, value))).not.toContain("hush");
    expect(JSON.stringify(shownValue(path, value))).toContain("[hidden]");
  });

  test("parts no character at the cut, and shows no half of a surrogate pair", () => {
    expect(shownText("\u{1f514}".repeat(150))).toBe(`${"\u{1f514}".repeat(99)}…`);
    for (const value of ["a\ud800", ["\udc00"], { "\ud800": 1 }, { a: { "\udfff": "\ud800" } }])
      expect(JSON.stringify(shownValue(["\ud800"], value))).not.toMatch(/(?<!\\)\\ud[89a-f]/);
  });

  test("shows a number that JSON has not", () => {
    expect(shownValue(["x"], Number.POSITIVE_INFINITY)).toBe("Infinity");
  });

  test("hides a secret that crosses the cut", () => {
    expect(shownText(`${"a".repeat(190)}whsec_${"b".repeat(300)}`)).not.toContain("bbb");
  });
});
