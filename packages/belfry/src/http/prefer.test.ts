import { expect, test } from "vitest";
import { prefersMinimal } from "./prefer.ts";

test.each([
  [undefined, false],
  ["", false],
  ["return=minimal", true],
  ["RETURN=minimal", true],
  ['return="minimal"', true],
  [" return = minimal ; foo=bar", true],
  ["respond-async, return=minimal", true],
  ["return=representation", false],
  ["return=representation, return=minimal", false],
  ["return", false],
  ["minimal", false],
  ['foo="a, return=minimal"', false],
  ['foo="a, b", return=minimal', true],
  ['foo="never closed, return=minimal', false],
  ['=, ;;, ","', false],
])("prefersMinimal() reads %j as %j", (header, expected) => {
  expect(prefersMinimal(header)).toBe(expected);
});

test("prefersMinimal() takes no longer than the header is long when it is made to", () => {
  // Quadratic, it would take minutes.
  expect(prefersMinimal(`"${'\\"'.repeat(500_000)}`)).toBe(false);
  expect(prefersMinimal(`${"a=b;".repeat(250_000)},return=minimal`)).toBe(true);
});
