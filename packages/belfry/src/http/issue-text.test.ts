import { describe, expect, test } from "vitest";
import { detailOf, predicateOf } from "./issue-text.ts";

function issue(path: (string | number)[], value: unknown, message: string) {
  return { path, value, message, allowed: "" };
}

describe("predicateOf()", () => {
  test.each([
    ["is as it is", ["message"], "", "is too short", "is too short"],
    ["begins with the field", ["schedule", "count"], 0, "count is not whole", "is not whole"],
    ["begins with a path", ["schedule", "exdates", 0], 5, "exdates.0 is not a text", "is not a text"],
    ["begins with field and value", ["schedule", "until"], "x", 'until "x" cannot be read', "cannot be read"],
    [
      "begins with the value",
      ["timeZone"],
      "EST",
      '"EST" is not a time zone: why',
      "is not a time zone: why",
    ],
    ["names an unknown field", ["schedule", "x"], 1, '"x" is not a field here', "is not a field here"],
    ["is a whole error", ["url"], "", "Cannot use this URL: it is empty", "is empty"],
    ["is one of a host with colons", ["url"], "", "Cannot post to [::1]: it is not public", "is not public"],
    ["is a sentence", ["schedule", "every"], "P1D", "days differ", "is refused: days differ"],
  ])(
    "predicateOf() can be read behind the field's name when a message %s",
    (_case, path, value, message, told) => {
      expect(predicateOf(issue(path, value, message))).toBe(told);
    },
  );
});

describe("detailOf()", () => {
  test("detailOf() tells the first and how many more when there are several", () => {
    const issues = [issue(["to", "channel"], 1, "is wrong"), issue([], 1, "is missing")];
    expect(detailOf("Cannot read the reminder: whatever", issues)).toBe(
      "Cannot read the reminder: to.channel is wrong (and 1 more)",
    );
    expect(detailOf("Cannot read it: whatever", issues.slice(1))).toBe("Cannot read it: it is missing");
  });
});
