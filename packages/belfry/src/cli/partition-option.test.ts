import { expect, test } from "vitest";
import { parsePartition } from "./partition-option.ts";

test("parsePartition() reads the i-th of n", () => {
  expect(parsePartition("1/1")).toEqual({ index: 1, of: 1 });
  expect(parsePartition("2/8")).toEqual({ index: 2, of: 8 });
});

test.each(["0/8", "9/8", "2", "2/", "/8", "a/b", "1/0", "-1/8", "1/1025", "1.5/2", ""])(
  "parsePartition() refuses %j and says what is allowed",
  (text) => {
    expect(() => parsePartition(text)).toThrow(/^Allowed: 2\/8 and the like/);
  },
);
