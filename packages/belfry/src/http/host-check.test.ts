import { expect, test } from "vitest";
import { createHostCheck } from "./host-check.ts";

test("createHostCheck() takes what can be the host of a URL, and nothing else", () => {
  const isSound = createHostCheck();
  for (const host of ["127.0.0.1:8080", "localhost", "[::1]:80", "127.0.0.1:8080", undefined])
    expect(isSound(host)).toBe(true);
  for (const host of ["127.0.l.1", "5127.0.0.1", "a b", "[::1", "x:99999"]) expect(isSound(host)).toBe(false);
  expect(isSound("localhost")).toBe(true);
});
