import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unstorableTexts } from "./storable-text.ts";

describe("unstorableTexts()", () => {
  test("unstorableTexts() finds nothing when every text is Unicode without NUL", () => {
    const plain = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\u0000"));
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "grapheme" }), plain, (value, text) => {
        expect(unstorableTexts(JSON.parse(JSON.stringify([value, text]).replaceAll("\\u0000", "")))).toEqual(
          [],
        );
      }),
    );
  });

  test("unstorableTexts() names where they stand when values or names hold some", () => {
    const value = { a: ["ok", "\u0000"], "b\ud800": { c: "\udc00x" }, d: "\ud83d\udd14" };
    expect(unstorableTexts(value).map(({ path }) => path)).toEqual([["a", 1], ["b\ud800"], ["b\ud800", "c"]]);
  });
});
