import fc from "fast-check";
import { expect, test } from "vitest";
import { LaneQueue } from "./lane-queue.ts";

const queued = (attempts: number, sendAtMs: number) => ({ claim: { delivery: { attempts, sendAtMs } } });
type Queued = ReturnType<typeof queued>;

function emptied(queue: LaneQueue<Queued>): [attempts: number, sendAtMs: number][] {
  return Array.from({ length: queue.size }, () => {
    const delivery = queue.shift()?.claim.delivery;
    return [delivery?.attempts ?? Number.NaN, delivery?.sendAtMs ?? Number.NaN];
  });
}

test("shift() takes first attempts before those again that fell due later, whenever they came", () => {
  const queue = new LaneQueue<Queued>();
  for (const item of [
    queued(0, 10),
    queued(1, 20),
    queued(0, 10),
    queued(0, 20),
    queued(2, 25),
    queued(0, 30),
  ])
    queue.push(item);
  expect(emptied(queue)).toEqual([
    [0, 10],
    [0, 10],
    [0, 20],
    [1, 20],
    [2, 25],
    [0, 30],
  ]);
  expect(queue.shift()).toBeUndefined();
});

test("shift() takes whatever was pushed, in the order of the instants if each kind came in its own", () => {
  const instants = fc.array(fc.nat(1_000), { maxLength: 50 });
  const property = fc.property(instants, instants, fc.infiniteStream(fc.boolean()), (first, again, coins) => {
    const kinds = [first, again].map((atMs, attempts) =>
      atMs.toSorted((a, b) => a - b).map((sendAtMs) => queued(attempts, sendAtMs)),
    );
    const queue = new LaneQueue<Queued>();
    for (const isFirst of coins) {
      const item = kinds[isFirst ? 0 : 1]?.shift();
      if (item) queue.push(item);
      if (kinds.every(({ length }) => length === 0)) break;
    }
    expect(queue.size).toBe(first.length + again.length);
    const taken = emptied(queue).map(([, sendAtMs]) => sendAtMs);
    expect(taken).toEqual([...first, ...again].toSorted((a, b) => a - b));
  });
  fc.assert(property);
});
