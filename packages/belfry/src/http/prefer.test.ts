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
  ['foo="never closed, return=minimal', true],
  ['=, ;;, ","', false],
])("prefersMinimal() reads %j as %j", (header, expected) => {
  expect(prefersMinimal(header)).toBe(expected);
});
