import { expect, test } from "vitest";
import { matchesEntityTag } from "./if-none-match.ts";

test.each([
  [undefined, false],
  ["", false],
  ['"a"', true],
  ['W/"a"', true],
  ['"b", "a"', true],
  ["*", true],
  ["a", false],
  ['"b"', false],
])("matchesEntityTag() of %j is %s", (header, expected) => {
  expect(matchesEntityTag(header, '"a"')).toBe(expected);
});
