import fc from "fast-check";
import { expect, test } from "vitest";
import { isLongerJson } from "./json-size.ts";

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

test("isLongerJson() tells what takes a byte more than allowed, whatever the value", () => {
  const values = fc.jsonValue({ stringUnit: "binary" }).map((value) => JSON.parse(JSON.stringify(value)));
  fc.assert(
    fc.property(values, (value) => {
      expect([-1, 0, 1].map((more) => isLongerJson(value, sizeOf(value) + more))).toEqual([
        true,
        false,
        false,
      ]);
    }),
  );
});

test.each([
  ["characters that are escaped", "\u0001".repeat(100)],
  ["characters of several bytes", "😀é\ud800".repeat(100)],
  ["numbers of many digits", [-1.2345678901234567e-6, Number.MAX_VALUE, -Number.MIN_VALUE, 1e20]],
  ["names and empty parts", { "\u0001\u0002": {}, a: [], b: null, c: true }],
])("isLongerJson() tells it of %s", (_, value) => {
  expect([isLongerJson(value, sizeOf(value) - 1), isLongerJson(value, sizeOf(value))]).toEqual([true, false]);
});
