import { isUtf8 } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KEPT_BYTES, KeptBody } from "./kept-body.ts";

function keep(...chunks: (string | Uint8Array)[]): string | undefined {
  const body = new KeptBody();
  for (const chunk of chunks) body.add(Buffer.from(chunk));
  return body.text();
}

describe("KeptBody", () => {
  it("is undefined when nothing came", () => {
    expect(keep()).toBeUndefined();
  });

  it("keeps all when it is short and comes in pieces that cut a character", () => {
    const [a, b] = [Buffer.from("né✓").subarray(0, 2), Buffer.from("né✓").subarray(2)];
    expect(keep(a, b)).toBe("né✓");
  });

  it.each(["é", "✓", "😀"])("keeps whole characters when the limit falls into a %s", (character) => {
    for (const lead of ["", "a", "aa", "aaa"]) {
      const kept = keep(lead + character.repeat(2000)) ?? "";
      expect(kept).toMatch(new RegExp(`^${lead}(${character})+$`, "u"));
      expect(Buffer.byteLength(kept)).toBeGreaterThan(KEPT_BYTES - 4);
    }
  });

  it("keeps whole characters when the last one ends at the limit", () => {
    expect(keep("a".repeat(KEPT_BYTES - 2) + "é".repeat(9))).toBe(`${"a".repeat(KEPT_BYTES - 2)}é`);
  });

  it("gives U+FFFD when there is a NUL", () => {
    expect(keep("a\0b")).toBe("a\uFFFDb");
  });

  it("gives at most 1 KiB of UTF-8 when the bytes are anything at all", () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 900 }), { maxLength: 4 });
    fc.assert(
      fc.property(chunks, (bytes) => {
        const text = Buffer.from(keep(...bytes) ?? "");
        expect(text.length).toBeLessThanOrEqual(KEPT_BYTES);
        expect(isUtf8(text)).toBe(true);
      }),
    );
  });
});
