import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJson } from "./json-text.ts";

function refusal(text: string): string {
  try {
    parseJson(text);
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
  return "none";
}

describe("parseJson()", () => {
  test.each([
    ["abc", 0],
    ["[1,]", 3],
    ['{"a":1,}', 7],
    ['{"a":1}}', 7],
    ['{"a":"b\nc"}', 7],
    ['{"secret":"whsec_abc", nonsense}', 23],
    ['{"a":tru}', 8],
    ['{"a":', 5],
    ["", 0],
  ])("names the position when the text is %j", (text, position) => {
    expect(refusal(text)).toContain(`(position ${position})`);
    expect(refusal(text)).not.toContain("whsec");
  });

  test("counts lines and columns from one", () => {
    expect(refusal('{\n  "a": 1,\n  b\n}')).toContain("line 3, column 3 ");
  });

  test("takes the last of a name that stands twice", () => {
    expect(parseJson('{"a":1,"b":{"c":1,"c":2},"a":3}')).toEqual({ a: 3, b: { c: 2 } });
  });

  test("refuses what is nested more than 64 levels deep", () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    expect(refusal(nested(64))).toBe("none");
    expect(refusal(nested(65))).toContain("64 levels");
    expect(refusal(nested(100_000))).toContain("64 levels");
  });

  test("reads all JSON, and names a position inside any text it refuses", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, cut) => {
        expect(parseJson(text)).toEqual(JSON.parse(text));
        const broken = text.slice(0, cut % (text.length + 1));
        const told = /\(position (\d+)\)/.exec(refusal(broken))?.[1];
        if (told !== undefined) expect(Number(told)).toBeLessThanOrEqual(broken.length);
      }),
    );
  });
});
