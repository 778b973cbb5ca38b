import { describe, expect, test } from "vitest";
import { type NumberedLine, readNumberedLines } from "./numbered-lines.ts";

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function read(text: string | Uint8Array, size = 7): Promise<NumberedLine[]> {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return Array.fromAsync(readNumberedLines(chunksOf(bytes, size)));
}

async function texts(text: string, size?: number): Promise<(readonly [number, string])[]> {
  return (await read(text, size)).map((line) => [line.number, line.kind === "text" ? line.text : line.kind]);
}

describe("readNumberedLines()", () => {
  test.each([1, 2, 3, 7, 100])(
    "gives each line with its number when read %i bytes at a time",
    async (size) => {
      expect(await texts('{"a":"é"}\r\n\n  \t\r\n{"b":1}\nlast', size)).toEqual([
        [1, '{"a":"é"}'],
        [4, '{"b":1}'],
        [5, "last"],
      ]);
    },
  );

  test("passes over a byte order mark, and over a file without anything", async () => {
    expect(await texts("\ufeff{}\n")).toEqual([[1, "{}"]]);
    expect(await texts("")).toEqual([]);
    expect(await texts("\n\r\n")).toEqual([]);
  });

  test("tells a line that is not UTF-8, and goes on behind it", async () => {
    const bytes = Uint8Array.from([...Buffer.from("one\n"), 0xff, 0xfe, ...Buffer.from("\nthree")]);
    expect((await read(bytes)).map(({ number, kind }) => [number, kind])).toEqual([
      [1, "text"],
      [2, "garbled"],
      [3, "text"],
    ]);
  });

  test("tells a line that is too long without keeping it, and goes on behind it", async () => {
    const long = `a\n${"x".repeat(1024 * 1024 + 1)}\nb\n`;
    const lines = await read(long, 65_536);
    expect(lines.map(({ number, kind }) => [number, kind])).toEqual([
      [1, "text"],
      [2, "too-long"],
      [3, "text"],
    ]);
    expect(lines.at(-1)?.readBytes).toBe(long.length);
  });
});
