import fc from "fast-check";
import { expect, test } from "vitest";
import { lineArray, plain, plainArray, textArray, texts } from "./values.ts";

/** Reads an array as PostgreSQL does (§8.15.6 of its manual). */
function read(array: string): (string | null)[] {
  const inner = array.slice(1, -1);
  const items = [...inner.matchAll(/"((?:[^"\\]|\\.)*)"|NULL/gs)];
  return items.map(([all, text]) => (all === "NULL" ? null : (text ?? "").replace(/\\(.)/gs, "$1")));
}

test("textArray() can be read back, whatever the texts hold", () => {
  const values = fc.array(fc.option(fc.string({ unit: "grapheme" })));
  fc.assert(
    fc.property(values, (texts) => {
      expect(read(textArray(texts))).toEqual(texts);
    }),
  );
  expect(textArray(['a"b\\c', "", null, "NULL"])).toBe('{"a\\"b\\\\c","",NULL,"NULL"}');
});

test("lineArray() has a line for each, empty where there is nothing", () => {
  expect(lineArray(["a", null, '{"b":"c"}'])).toBe('a\n\n{"b":"c"}');
  expect(lineArray([null, "a", null])).toBe("\na\n");
  expect(lineArray([])).toBe("");
});

test("lineArray() has no line at all when there is nothing in any", () => {
  expect(lineArray([null, null])).toBe("");
});

test("plainArray() writes numbers, booleans and nothing", () => {
  expect(plainArray([1, null, true, -2.5])).toBe("{1,NULL,true,-2.5}");
  expect(plainArray([])).toBe("{}");
});

test("texts() and plain() give an array for a column", () => {
  type Item = { id: string; n: number };
  const items = [
    { id: "a", n: 1 },
    { id: "b", n: 2 },
  ];
  expect(texts<Item>(({ id }) => id).array(items)).toBe('{"a","b"}');
  expect(plain<Item>(({ n }) => n).array(items)).toBe("{1,2}");
});
