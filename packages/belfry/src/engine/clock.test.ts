import { expect, test } from "vitest";
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
