import { afterEach, describe, expect, test, vi } from "vitest";
import { systemClock } from "./clock.ts";
import { VirtualClock } from "./virtual-clock.ts";

test("systemClock.at() never rings before its instant", async () => {
  const early: number[] = [];
  const rings = Array.from({ length: 50 }, (_, i) => {
    const atMs = systemClock.now() + i;
    return new Promise<void>((resolve) =>
      systemClock.at(atMs, () => {
        if (systemClock.now() < atMs) early.push(atMs);
        resolve();
      }),
    );
  });
  await Promise.all(rings);
  expect(early).toEqual([]);
});

test("systemClock.at() rings at once for an instant that is over", async () => {
  const begunMs = systemClock.now();
  await new Promise<void>((resolve) => systemClock.at(begunMs - 60_000, resolve));
  expect(systemClock.now() - begunMs).toBeLessThan(1_000);
});

describe("systemClock.at() when the clock is set", () => {
  const SECOND = 1_000;
  const HOUR = 3_600 * SECOND;
  afterEach(() => void vi.useRealTimers());

  /** Sets it by so much at once, waits, and tells after how many seconds it rang. */
  function ringsAfter({ waitMs, setByMs }: { waitMs: number; setByMs: number }): number | null {
    vi.useFakeTimers({ toFake: ["Date", "performance", "setTimeout", "clearTimeout"] });
    const begunMs = performance.now();
    let rungMs: number | null = null;
    systemClock.at(Date.now() + waitMs, () => {
      rungMs = performance.now() - begunMs;
    });
    vi.setSystemTime(Date.now() + setByMs);
    vi.advanceTimersByTime(3 * HOUR);
    return rungMs === null ? null : Math.ceil(rungMs / SECOND);
  }

  test.each([
    ["forward, past the instant: it rings at once", { waitMs: HOUR, setByMs: 2 * HOUR, seconds: 1 }],
    ["forward: it rings at the instant", { waitMs: 2 * HOUR, setByMs: HOUR, seconds: 3_600 }],
    ["back: it rings when the wait is over", { waitMs: 60 * SECOND, setByMs: -HOUR, seconds: 60 }],
    ["back by a little: it rings at the instant", { waitMs: 60 * SECOND, setByMs: -900, seconds: 61 }],
  ])("%s", (_, { seconds, ...given }) => {
    expect(ringsAfter(given)).toBe(seconds);
  });
});

test("VirtualClock.setBy() rings what the clock was set past, and what has waited as long as it was to", async () => {
  const clock = new VirtualClock(0);
  const rung: string[] = [];
  clock.at(100, () => rung.push(`a at ${clock.now()}`));
  clock.at(50, () => rung.push(`b at ${clock.now()}`));
  clock.setBy(-40);
  clock.at(0, () => rung.push(`c at ${clock.now()}`));
  await clock.advance(60);
  expect(rung).toEqual(["c at 0", "b at 10"]);
  clock.setBy(1_000);
  await clock.advance(0);
  expect(rung.at(-1)).toBe("a at 1020");
});

test("VirtualClock rings in order of instant, then of setting, and not what was cancelled", async () => {
  const clock = new VirtualClock(0);
  const rung: string[] = [];
  clock.at(20, () => rung.push(`c at ${clock.now()}`));
  clock.at(10, () => rung.push(`a at ${clock.now()}`));
  clock.at(10, () => rung.push(`b at ${clock.now()}`));
  clock.at(15, () => rung.push("cancelled")).cancel();
  clock.at(21, () => rung.push("later"));
  await clock.advance(20);
  expect(rung).toEqual(["a at 10", "b at 10", "c at 20"]);
  expect(clock.now()).toBe(20);
});
