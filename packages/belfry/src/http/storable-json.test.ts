import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unstorableParts } from "./storable-json.ts";

describe("unstorableParts()", () => {
  test("unstorableParts() finds nothing when every text is Unicode without NUL", () => {
    const plain = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\u0000"));
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "grapheme" }), plain, (value, text) => {
        expect(unstorableParts(JSON.parse(JSON.stringify([value, text]).replaceAll("\\u0000", "")))).toEqual(
          [],
        );
      }),
    );
  });

  test("unstorableParts() names where they stand when values or names hold some", () => {
    const value = { a: ["ok", "\u0000"], "b\ud800": { c: "\udc00x" }, d: "\ud83d\udd14" };
    expect(unstorableParts(value).map(({ path }) => path)).toEqual([["a", 1], ["b\ud800"], ["b\ud800", "c"]]);
  });

  test("unstorableParts() names a number when it is too large to be one", () => {
    const value = JSON.parse('{ "a": [1e308, 1e999], "b": -1e999 }');
    const [first, second, ...others] = unstorableParts(value);
    expect(first).toMatchObject({ path: ["a", 1], allowed: expect.stringContaining("e+308") });
    expect(second).toMatchObject({ path: ["b"] });
    expect(others).toEqual([]);
  });
});
