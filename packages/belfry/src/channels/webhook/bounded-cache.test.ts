import { describe, expect, it } from "vitest";
import { BoundedCache } from "./bounded-cache.ts";

describe("BoundedCache.get()", () => {
  it("makes an entry once when it is asked for twice", () => {
    const cache = new BoundedCache<object>(2);
    expect(cache.get("a", () => ({}))).toBe(cache.get("a", () => ({})));
  });

  it("keeps what is asked for again and again, however many others come and go", () => {
    const cache = new BoundedCache<object>(10);
    const kept = cache.get("kept", () => ({}));
    for (let other = 0; other < 100; other++) {
      cache.get(`other ${other}`, () => ({}));
      expect(cache.get("kept", () => ({}))).toBe(kept);
      expect(cache.size).toBeLessThanOrEqual(10);
    }
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
