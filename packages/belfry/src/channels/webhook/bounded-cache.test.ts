import { describe, expect, it } from "vitest";
import { BoundedCache } from "./bounded-cache.ts";

describe("BoundedCache.get()", () => {
  it("makes an entry once when it is asked for twice", () => {
    const cache = new BoundedCache<object>(2);
    expect(cache.get("a", () => ({}))).toBe(cache.get("a", () => ({})));
  });

  it("forgets the oldest when it is full", () => {
    const cache = new BoundedCache<string>(2);
    const make = (key: string): string => key;
    for (const key of ["a", "b", "c"]) cache.get(key, make);
    expect(cache.size).toBe(2);
    expect(cache.get("a", () => "made again")).toBe("made again");
    expect(cache.get("c", () => "made again")).toBe("c");
  });
});
