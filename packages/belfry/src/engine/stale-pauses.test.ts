import { expect, test } from "vitest";
import { StalePauses } from "./stale-pauses.ts";

const NOW = 1_000_000;

test("leftMs() tells of longer and longer pauses when it fails again and again, but of none at first", () => {
  const pauses = new StalePauses();
  expect(pauses.leftMs("one", NOW)).toBeNull();
  const told = Array.from({ length: 7 }, () => {
    pauses.failed("one", NOW);
    return pauses.leftMs("one", NOW);
  });
  expect(told).toEqual([null, 5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  expect(pauses.leftMs("other", NOW)).toBeNull();
  pauses.followed("one");
  pauses.failed("one", NOW);
  expect(pauses.leftMs("one", NOW)).toBeNull();
});

test("leftMs() lets it be tried again when half of its pause is over, or the clock was set back", () => {
  const pauses = new StalePauses();
  for (let times = 0; times < 2; times++) pauses.failed("one", NOW);
  expect(pauses.leftMs("one", NOW + 2_400)).toBe(2_600);
  expect(pauses.leftMs("one", NOW + 2_500)).toBeNull();
  expect(pauses.leftMs("one", NOW - 1)).toBeNull();
});

test("failed() forgets the oldest when tens of thousands fail", () => {
  const pauses = new StalePauses();
  const fail = (key: string) => {
    pauses.failed(key, NOW);
    pauses.failed(key, NOW);
  };
  for (let index = 0; index <= 10_000; index++) fail(`${index}`);
  expect(pauses.leftMs("10000", NOW)).toBe(5_000);
  expect(pauses.leftMs("0", NOW)).toBeNull();
});
