import { afterEach, expect, test, vi } from "vitest";
import { MeasuredClock } from "./measured-clock.ts";

const HOUR = 3_600_000;

afterEach(() => void vi.useRealTimers());

test("measure() goes by the other clock, however far the machine's own is off", async () => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  const clock = new MeasuredClock();
  const otherMs = Date.now() - HOUR;
  await clock.measure(async () => otherMs);
  expect(clock.now()).toBe(otherMs);
  expect(clock.skewMs).toBe(HOUR);
  vi.setSystemTime(Date.now() + 5 * HOUR);
  vi.advanceTimersByTime(1_500);
  expect(clock.now()).toBe(otherMs + 1_500);
});

test("measure() takes the quickest of its round trips, and its middle", async () => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  const clock = new MeasuredClock();
  const trips = [80, 20, 200];
  const begunMs = Date.now();
  await clock.measure(async () => {
    const half = (trips.shift() ?? 0) / 2;
    vi.advanceTimersByTime(half);
    const read = Date.now() + 7_000;
    vi.advanceTimersByTime(half);
    return read;
  });
  expect(clock.now()).toBe(begunMs + 300 + 7_000);
});

test("measure() keeps what it has when every round trip was long and says little else", async () => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  const clock = new MeasuredClock();
  await clock.measure(async () => {
    const read = Date.now();
    vi.advanceTimersByTime(600);
    return read;
  });
  expect(clock.skewMs).toBe(0);
});

test("measure() is not misled by round trips that are long where short ones were measured before", async () => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  const clock = new MeasuredClock();
  const measured = (tripMs: number) =>
    clock.measure(async () => {
      // The answer is read at once, and comes late.
      const read = Date.now();
      vi.advanceTimersByTime(tripMs);
      return read;
    });
  await measured(2);
  await measured(200);
  expect(Math.abs(clock.skewMs)).toBeLessThanOrEqual(1);
  // In the long run what was known is worth less.
  vi.advanceTimersByTime(2_000_000);
  await measured(200);
  expect(Math.abs(clock.skewMs)).toBeGreaterThan(90);
});

test("measure() takes a halted process's long round trip for no other time", async () => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  const clock = new MeasuredClock();
  await clock.measure(async () => {
    const read = Date.now();
    vi.advanceTimersByTime(5_000);
    return read;
  });
  expect(clock.skewMs).toBe(0);
});

test("at() rings at the instant of the other clock", async () => {
  vi.useFakeTimers({ toFake: ["Date", "performance", "setTimeout", "clearTimeout"] });
  const clock = new MeasuredClock();
  await clock.measure(async () => Date.now() - HOUR);
  let hasRung = false;
  clock.at(clock.now() + 2_000, () => {
    hasRung = true;
  });
  vi.advanceTimersByTime(1_999);
  expect(hasRung).toBe(false);
  vi.advanceTimersByTime(1);
  expect(hasRung).toBe(true);
});
