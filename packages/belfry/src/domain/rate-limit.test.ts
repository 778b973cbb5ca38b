import { describe, expect, test } from "vitest";
import { fullBucket, isFull, takeToken } from "./rate-limit.ts";

const LIMIT = { quota: 3, windowMs: 60_000 };

describe("takeToken()", () => {
  test("allows a quota at once and refuses the next one", () => {
    const bucket = fullBucket(LIMIT, 0);
    const taken = [1, 2, 3, 4].map(() => takeToken(bucket, LIMIT, 0));
    expect(taken.map(({ isAllowed, remaining }) => [isAllowed, remaining])).toEqual([
      [true, 2],
      [true, 1],
      [true, 0],
      [false, 0],
    ]);
    expect(taken.at(-1)?.nextTokenInMs).toBe(20_000);
  });

  test("gives tokens back evenly, and no more than the quota", () => {
    const bucket = fullBucket(LIMIT, 0);
    for (let i = 0; i < 3; i++) takeToken(bucket, LIMIT, 0);
    expect(takeToken(bucket, LIMIT, 19_999).isAllowed).toBe(false);
    expect(takeToken(bucket, LIMIT, 20_000)).toMatchObject({ isAllowed: true, remaining: 0 });
    expect(takeToken(bucket, LIMIT, 10_000_000)).toMatchObject({ isAllowed: true, remaining: 2 });
  });

  test("gives nothing for time that runs backwards", () => {
    const bucket = fullBucket(LIMIT, 60_000);
    for (let i = 0; i < 3; i++) takeToken(bucket, LIMIT, 60_000);
    expect(takeToken(bucket, LIMIT, 0).isAllowed).toBe(false);
  });
});

describe("isFull()", () => {
  test("tells a bucket that has filled up again from one that has not", () => {
    const bucket = fullBucket(LIMIT, 0);
    takeToken(bucket, LIMIT, 0);
    expect(isFull(bucket, LIMIT, 19_999)).toBe(false);
    expect(isFull(bucket, LIMIT, 20_000)).toBe(true);
  });
});
