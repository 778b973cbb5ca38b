import { describe, expect, test } from "vitest";
import { entityTag, readIfMatch } from "./entity-tag.ts";

describe("readIfMatch()", () => {
  test.each([
    ["no header", undefined],
    ["a star", "*"],
    ["a star among spaces", " * "],
  ])("gives no condition when there is %s", (_name, header) => {
    expect(readIfMatch(header)).toEqual({});
  });

  test.each([
    ['"3"', [3]],
    ['"3", "4"', [3, 4]],
    ['"3" ,\t"4",,"5",', [3, 4, 5]],
    ['W/"3"', []],
    ['W/"3", "4"', [4]],
    ['"abc"', []],
    ['"03"', []],
    ['"", "1,2", "1"', [1]],
    [`"${"9".repeat(40)}"`, []],
    [entityTag({ revision: 12 }).etag, [12]],
  ])("takes the revisions of strong tags when the header is %s", (header, revisions) => {
    expect(readIfMatch(header)).toEqual({ ifRevision: revisions });
  });

  test.each(["", ",", "3", '"3', '3"', "'3'", '"3" "4"', '*, "3"', '"3", *', 'w/"3"', '"a\u0001"', '"3 "'])(
    "refuses the header when it is %j",
    (header) => {
      expect(() => readIfMatch(header)).toThrow(
        expect.objectContaining({
          code: "invalid_input",
          issues: [expect.objectContaining({ path: ["If-Match"], value: header })],
        }),
      );
    },
  );

  test("reads a header of 16 KiB at once", () => {
    const header = `${'"1",'.repeat(4_000)}"`;
    expect(() => readIfMatch(header)).toThrow();
    expect(readIfMatch(header.slice(0, -1))).toMatchObject({ ifRevision: { length: 4_000 } });
  });
});
