import { describe, expect, test } from "vitest";
import { connectionLimits, shareHandles } from "./handle-limits.ts";

const limitsOf = (handles: string): string =>
  `Limit                     Soft Limit           Hard Limit           Units
Max processes             95690                95690                processes
Max open files            ${handles.padEnd(20)} ${handles.padEnd(20)} files
`;

describe("shareHandles()", () => {
  test.each([
    ["64", 8],
    ["1024", 488],
    ["1048576", 524_264],
    ["20", 4],
  ])("gives each side half of what is left of %s", (handles, half) => {
    expect(shareHandles(limitsOf(handles))).toEqual({ incoming: half, outgoing: half });
  });

  test.each(["unlimited", ""])('knows no limit when the system says "%s"', (handles) => {
    expect(shareHandles(limitsOf(handles))).toEqual({ incoming: undefined, outgoing: undefined });
  });
});

test("connectionLimits() answers wherever it runs", () => {
  const { incoming, outgoing } = connectionLimits();
  expect(incoming).toBe(outgoing);
  expect(incoming === undefined || incoming >= 4).toBe(true);
});
