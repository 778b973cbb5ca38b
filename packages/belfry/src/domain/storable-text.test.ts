import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutText, storableText } from "./storable-text.ts";

describe("storableText()", () => {
  test("puts U+FFFD for NUL and for half of a surrogate pair", () => {
    expect(storableText("a\0b\0")).toBe("a\uFFFDb\uFFFD");
    expect(storableText("a\ud83d")).toBe("a\uFFFD");
    expect(storableText("\ude00\0")).toBe("\uFFFD\uFFFD");
  });

  test("leaves a text as it is when it is Unicode without NUL", () => {
    for (const text of ["", "plain", "caf\u00e9 😀", "line\nbreak\t\x01"])
      expect(storableText(text)).toBe(text);
  });
});

describe("cutText()", () => {
  test("leaves a text as it is when it is no longer than allowed", () => {
    expect(cutText("abc", 3)).toBe("abc");
    expect(cutText("a😀", 3)).toBe("a😀");
  });

  test("cuts before a surrogate pair when the end falls into it", () => {
    expect(cutText("ab😀cd", 3)).toBe("ab…");
    expect(cutText("ab😀cd", 4)).toBe("ab😀…");
    expect(cutText("😀", 1)).toBe("…");
  });

  test("is at most so long, and Unicode where the text was, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat({ max: 12 }), (given, characters) => {
        const text = given.toWellFormed();
        const cut = cutText(text, characters);
        expect(cut.isWellFormed()).toBe(true);
        expect(cut.length).toBeLessThanOrEqual(characters + 1);
        expect(text.startsWith(cut.replace(/…$/, "")) || cut === text).toBe(true);
      }),
    );
  });
});
