import { expect, test } from "vitest";
import { createHostCheck } from "./host-check.ts";

function requestTo(...hosts: string[]) {
  const rawHeaders = ["accept", "host", ...hosts.flatMap((host) => ["Host", host])];
  return { headers: hosts[0] === undefined ? {} : { host: hosts[0] }, rawHeaders };
}

test("createHostCheck() takes what can be the host of a URL, and nothing else", () => {
  const isSound = createHostCheck();
  for (const host of ["127.0.0.1:8080", "localhost", "[::1]:80", "127.0.0.1:8080"])
    expect(isSound(requestTo(host))).toBe(true);
  expect(isSound(requestTo())).toBe(true);
  for (const host of ["127.0.l.1", "5127.0.0.1", "a b", "[::1", "x:99999"])
    expect(isSound(requestTo(host))).toBe(false);
  expect(isSound(requestTo("localhost"))).toBe(true);
});

test("createHostCheck() takes no second host, alike or not", () => {
  const isSound = createHostCheck();
  expect(isSound(requestTo("localhost", "localhost"))).toBe(false);
  expect(isSound(requestTo("localhost", "other"))).toBe(false);
  expect(isSound(requestTo("localhost"))).toBe(true);
});
