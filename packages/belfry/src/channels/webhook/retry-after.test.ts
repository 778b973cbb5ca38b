import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRetryAfter } from "./retry-after.ts";

const NOW = Date.parse("2026-03-15T12:00:00Z");
const DAY = 86_400_000;

describe("parseRetryAfter()", () => {
  it.each([
    ["120", 120_000],
    [" 5 ", 5_000],
    ["0", undefined],
    ["99999999999999999999", DAY],
    ["-1", undefined],
    ["1.5", undefined],
    ["1e3", undefined],
    ["soon", undefined],
    ["", undefined],
    [undefined, undefined],
    ["Sun, 15 Mar 2026 12:01:00 GMT", 60_000],
    ["Sunday, 15-Mar-26 12:01:00 GMT", 60_000],
    ["Sun Mar 15 12:01:00 2026", 60_000],
    ["Sun, 15 Mar 2026 11:59:00 GMT", undefined],
    ["Fri, 15 Mar 2126 12:00:00 GMT", DAY],
    ["2026-03-15T12:01:00Z", undefined],
    ["Sun, 99 Foo 2026 12:01:00 GMT", undefined],
  ])("reads %j as %s", (header, waitMs) => {
    expect(parseRetryAfter(header, NOW)).toBe(waitMs);
  });

  it("gives a wait of at most a day or none when the header is anything at all", () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        const waitMs = parseRetryAfter(header, NOW) ?? 1;
        expect(waitMs > 0 && waitMs <= DAY).toBe(true);
      }),
    );
  });
});
