import { describe, expect, test } from "vitest";
import { oneLine, renderTable, truncate } from "./table.ts";

const COLUMNS = [
  { title: "ID", text: (row: string[]) => row[0] ?? "" },
  { title: "MESSAGE", text: (row: string[]) => row[1] ?? "", shrinks: true },
];

describe("renderTable()", () => {
  test("renderTable() shortens the column that may shrink when lines are too long", () => {
    expect(renderTable(COLUMNS, [["rem_1", "a rather long message"]], 20)).toEqual([
      "ID     MESSAGE",
      "rem_1  a rather lon…",
    ]);
  });

  test("renderTable() never cuts an id when the terminal is too narrow", () => {
    expect(renderTable(COLUMNS, [["rem_1234567890", "message"]], 10)[1]).toBe("rem_1234567890  message");
  });

  test("renderTable() paints after padding when a column has a colour", () => {
    const columns = [{ title: "STATE", text: () => "on", paint: (padded: string) => `<${padded}>` }];
    expect(renderTable(columns, [{}], 80)).toEqual(["STATE", "<on   >"]);
  });
});

test("oneLine() drops what would play with the terminal when a text has control characters", () => {
  expect(oneLine("a\n\tb\u001b[31mred\u0007")).toBe("a b [31mred");
});

test("truncate() says that there was more when a text is too long", () => {
  expect(truncate("abcdef", 4)).toBe("abc…");
  expect(truncate("abcd", 4)).toBe("abcd");
});
