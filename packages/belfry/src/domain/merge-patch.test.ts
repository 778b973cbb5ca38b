import { describe, expect, test } from "vitest";
import { mergePatch } from "./merge-patch.ts";

/** RFC 7396, appendix A. */
const EXAMPLES: [unknown, unknown, unknown][] = [
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
  [{ a: ["b"] }, { a: "c" }, { a: "c" }],
  [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [
    ["a", "b"],
    ["c", "d"],
    ["c", "d"],
  ],
  [{ a: "b" }, ["c"], ["c"]],
  [{ a: "foo" }, null, null],
  [{ a: "foo" }, "bar", "bar"],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: "b", c: null }, { a: "b" }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

describe("mergePatch()", () => {
  test.each(EXAMPLES)("makes of %j with %j the %j of RFC 7396", (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result);
  });

  test("keeps a name like __proto__ a name, and changes neither of the two", () => {
    const target = JSON.parse('{"__proto__":{"a":1}}');
    const merged = mergePatch(target, JSON.parse('{"__proto__":{"b":2}}'));
    expect(JSON.stringify(merged)).toBe('{"__proto__":{"a":1,"b":2}}');
    expect(JSON.stringify(target)).toBe('{"__proto__":{"a":1}}');
    expect(({} as { b?: number }).b).toBeUndefined();
  });
});
