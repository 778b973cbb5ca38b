import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SilenceWatch, type Standing } from "./silence-watch.ts";

const AFTER_MS = 5_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

function watched(standing: () => Promise<Standing>) {
  const traffic = { bytesRead: 0, bytesWritten: 0 };
  const seen = { asked: 0, silentSinceMs: [] as number[] };
  const watch = new SilenceWatch({
    silentAfterMs: AFTER_MS,
    traffic: () => traffic,
    standing: () => {
      seen.asked += 1;
      return standing();
    },
    onSilent: (sinceMs) => seen.silentSinceMs.push(sinceMs),
  });
  return { watch, traffic, seen };
}

test("SilenceWatch tells of a connection whose server is not at work, and since when", async () => {
  const { watch, seen } = watched(async () => "silent");
  await vi.advanceTimersByTimeAsync(1_000);
  const askedAtMs = performance.now();
  watch.begin();
  await vi.advanceTimersByTimeAsync(AFTER_MS - 1);
  expect(seen.asked).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(seen).toEqual({ asked: 1, silentSinceMs: [askedAtMs] });
});

test("SilenceWatch waits as long as the server is at work", async () => {
  let standing: Standing = "at work";
  const { watch, seen } = watched(async () => standing);
  watch.begin();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(seen.silentSinceMs).toEqual([]);
  standing = "silent";
  await vi.advanceTimersByTimeAsync(AFTER_MS);
  expect(seen.silentSinceMs).toHaveLength(1);
});

test("SilenceWatch gives up what nobody can tell of once the server would have ended it", async () => {
  const { watch, seen } = watched(async () => "unknown");
  watch.begin();
  await vi.advanceTimersByTimeAsync(65_000);
  expect(seen.silentSinceMs).toEqual([]);
  await vi.advanceTimersByTimeAsync(AFTER_MS);
  expect(seen.silentSinceMs).toHaveLength(1);
});

test("SilenceWatch asks nobody while an answer is coming in", async () => {
  const { watch, traffic, seen } = watched(async () => "silent");
  watch.begin();
  for (let piece = 0; piece < 10; piece++) {
    await vi.advanceTimersByTimeAsync(AFTER_MS - 1);
    traffic.bytesRead += 100;
  }
  expect(seen.asked).toBe(0);
  await vi.advanceTimersByTimeAsync(2 * AFTER_MS);
  expect(seen.silentSinceMs).toHaveLength(1);
});

test("SilenceWatch allows for what is long in getting there", async () => {
  const { watch, traffic, seen } = watched(async () => "silent");
  watch.begin();
  traffic.bytesWritten += 1_000_000;
  await vi.advanceTimersByTimeAsync(AFTER_MS + 9_999);
  expect(seen.asked).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(seen.silentSinceMs).toHaveLength(1);
});

test("SilenceWatch lets a connection be that is answered, or used anew, while the server is asked about it", async () => {
  const { promise, resolve } = Promise.withResolvers<Standing>();
  const { watch, seen } = watched(() => promise);
  watch.begin();
  await vi.advanceTimersByTimeAsync(AFTER_MS);
  expect(seen.asked).toBe(1);
  watch.end();
  watch.begin();
  resolve("silent");
  await vi.advanceTimersByTimeAsync(AFTER_MS - 1);
  expect(seen).toEqual({ asked: 1, silentSinceMs: [] });
});

test("SilenceWatch asks nobody about a connection that waits for nothing", async () => {
  const { watch, seen } = watched(async () => "silent");
  watch.begin();
  watch.begin();
  watch.end();
  watch.end();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(seen.asked).toBe(0);
});
