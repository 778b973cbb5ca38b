import { describe, expect, test } from "vitest";
import { bytesOf } from "./calendar-text-fixture.ts";
import { readContentLine, readContentLines } from "./content-lines.ts";

function linesOf(text: string) {
  return [...readContentLines(bytesOf(text))].map((read) =>
    read.ok
      ? `${read.content.line} ${read.content.name}=${read.content.value}`
      : `${read.fault.line} ${read.fault.message}`,
  );
}

describe("readContentLines()", () => {
  test("joins what was folded and keeps the number of the line that it begins in", () => {
    const text = "SUMMARY:Ring\r\n  the\r\n\t bell\r\n\r\nuid:1\nX-LAST:a:b;c\r\n";
    expect(linesOf(text)).toEqual(["1 SUMMARY=Ring the bell", "5 UID=1", "6 X-LAST=a:b;c"]);
  });

  test("joins a character that folding has cut in two", () => {
    const bell = bytesOf("\u{1f514}");
    const bytes = Buffer.concat([
      bytesOf("SUMMARY:"),
      bell.subarray(0, 2),
      bytesOf("\r\n "),
      bell.subarray(2),
    ]);
    expect([...readContentLines(bytes)]).toMatchObject([{ ok: true, content: { value: "\u{1f514}" } }]);
  });

  test("goes on behind a line that is not UTF-8, and passes over a byte order mark", () => {
    const bytes = Buffer.concat([
      bytesOf("\ufeffUID:1\n"),
      Buffer.from([0x41, 0x3a, 0xff, 0x0a]),
      bytesOf("UID:2"),
    ]);
    expect([...readContentLines(bytes)]).toMatchObject([
      { ok: true, content: { line: 1, name: "UID", value: "1" } },
      { ok: false, fault: { line: 2, message: "is not UTF-8" } },
      { ok: true, content: { line: 3, value: "2" } },
    ]);
  });

  test.each([
    ["no colon", "SUMMARY", "has no colon behind SUMMARY"],
    ["no name", ":x", "begins with no name of a property"],
    ["no name of a parameter", "A;=b:c", "has a parameter of A that is none"],
    ["a quote that is not closed", 'A;B="c:d', "has no colon behind A"],
    ["text behind the name", "SUMMARY Ring:1", "has no colon behind SUMMARY"],
  ])("tells of %s", (_name, line, message) => {
    expect(linesOf(line)).toEqual([`1 ${message}`]);
  });
});

describe("readContentLine()", () => {
  test("reads parameters, quoted ones, several and encoded ones", () => {
    const read = readContentLine('ATTENDEE;CN="Ring, Bell: 1";member=a,"b;c";X=^^n^\'^n:mailto:x', 7);
    expect(read).toMatchObject({ ok: true, content: { line: 7, name: "ATTENDEE", value: "mailto:x" } });
    const params = read.ok ? Object.fromEntries(read.content.params) : {};
    expect(params).toEqual({ CN: ["Ring, Bell: 1"], MEMBER: ["a", "b;c"], X: ['^n"\n'] });
  });
});
