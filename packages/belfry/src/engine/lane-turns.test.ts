import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { LaneTurns } from "./lane-turns.ts";

/** Lanes with so many to begin, and what was begun of them, in order. */
function lanesOf(counts: Readonly<Record<string, number>>) {
  const left = new Map(Object.entries(counts));
  const begun: string[] = [];
  const begin = (lane: string): boolean => {
    const count = left.get(lane) ?? 0;
    if (count === 0) return false;
    left.set(lane, count - 1);
    begun.push(lane);
    return true;
  };
  return { left, begun, begin };
}

test("offer() begins all that a lane may", () => {
  const { begun, begin } = lanesOf({ a: 3 });
  new LaneTurns(begin).offer("a");
  expect(begun).toEqual(["a", "a", "a"]);
});

test("offerAll() begins one of each lane in turn", () => {
  const { begun, begin } = lanesOf({ a: 3, b: 1, c: 2 });
  new LaneTurns(begin).offerAll(["a", "b", "c"]);
  expect(begun).toEqual(["a", "b", "c", "a", "c", "a"]);
});

test("offerAll() begins 64, and goes on once what has come meanwhile had its turn", async () => {
  const counts = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`lane ${index}`, 2]));
  const { left, begun, begin } = lanesOf(counts);
  const turns = new LaneTurns(begin);
  turns.offerAll(left.keys());
  expect(begun).toHaveLength(64);
  // What is offered now has its turn behind them.
  left.set("late", 1);
  turns.offer("late");
  expect(begun).toHaveLength(64);
  for (let turnsTaken = 0; turnsTaken < 10; turnsTaken++) await turn();
  expect(begun).toHaveLength(201);
  expect(begun.indexOf("late")).toBeGreaterThan(100);
  expect(new Set(begun.slice(0, 100)).size).toBe(100);
});

test("offer() begins in turn where a lane tells that no more of it may begin", async () => {
  const left = new Map([
    ["a", 2],
    ["b", 1],
  ]);
  const begun: string[] = [];
  const turns = new LaneTurns((lane) => {
    begun.push(lane);
    left.set(lane, (left.get(lane) ?? 0) - 1);
    return (left.get(lane) ?? 0) > 0;
  });
  turns.offerAll(left.keys());
  expect(begun).toEqual(["a", "b", "a"]);
  await turn();
  expect(begun).toHaveLength(3);
});

test("offer() goes on with a lane that is alone in the next turns of the event loop", async () => {
  const { begun, begin } = lanesOf({ a: 150, b: 1 });
  const turns = new LaneTurns(begin);
  turns.offer("a");
  expect(begun).toHaveLength(64);
  turns.offer("b");
  await turn();
  expect(begun.indexOf("b")).toBe(65);
  await turn();
  expect(begun).toHaveLength(151);
});

test("offer() from within a beginning begins nothing within it", () => {
  let depth = 0;
  let left = 1_000;
  const turns: LaneTurns = new LaneTurns((lane) => {
    expect(depth).toBe(0);
    if (left === 0) return false;
    depth += 1;
    left -= 1;
    turns.offer(lane);
    depth -= 1;
    return true;
  });
  turns.offer("a");
  expect(left).toBe(1_000 - 64);
});

test("offer() tells of what a beginning throws, and the others go on", async () => {
  const { begun, begin } = lanesOf({ a: 1, b: 2 });
  let isBroken = true;
  const turns = new LaneTurns((lane) => {
    if (lane === "a" && isBroken) throw new Error("no room");
    return begin(lane);
  });
  expect(() => turns.offerAll(["a", "b"])).toThrow("no room");
  await turn();
  expect(begun).toEqual(["b", "b"]);
  isBroken = false;
  turns.offer("a");
  expect(begun).toEqual(["b", "b", "a"]);
});
