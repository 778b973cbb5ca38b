import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keepPulse, type PulseOptions } from "./pulse.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A pulse whose answers take so long, and what it tells, with when. */
function startPulse(answerAfterMs: () => number | null) {
  const told: string[] = [];
  const beganAtMs = Date.now();
  const tell = (what: string) => told.push(`${what} at ${Date.now() - beganAtMs}`);
  const standing = { isWanted: true };
  const options: PulseOptions = {
    ask: async () => {
      const ms = answerAfterMs();
      tell("asked");
      await new Promise<void>((resolve, reject) => {
        if (ms === null) setTimeout(() => reject(new Error("the connection broke off")), 1_000);
        else setTimeout(resolve, ms);
      });
    },
    isWanted: () => standing.isWanted,
    everyMs: 400,
    doubtedAfterMs: 600,
    onDoubt: () => tell("doubted"),
    onHeard: () => tell("heard"),
  };
  return { told, standing, ended: keepPulse(options) };
}

test("keepPulse() asks again and again, and tells of nothing while it is answered", async () => {
  const { told } = startPulse(() => 100);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(told).toEqual(["asked at 400", "asked at 900", "asked at 1400"]);
});

test("keepPulse() tells of doubt once an answer is late, and when it comes all the same", async () => {
  const { told } = startPulse(() => 900);
  await vi.advanceTimersByTimeAsync(1_400);
  expect(told).toEqual(["asked at 400", "doubted at 1000", "heard at 1300"]);
});

test("keepPulse() tells of no answer on a connection that broke off", async () => {
  const { told } = startPulse(() => null);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(told).toEqual(["asked at 400", "doubted at 1000"]);
});

test("keepPulse() ends, and tells of nothing more, when another connection stands for the process", async () => {
  const { told, standing, ended } = startPulse(() => 900);
  await vi.advanceTimersByTimeAsync(500);
  standing.isWanted = false;
  await vi.advanceTimersByTimeAsync(5_000);
  await ended;
  expect(told).toEqual(["asked at 400"]);
});
