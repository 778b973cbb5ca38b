import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { LaneQueue } from "./lane-queue.ts";

const queued = (attempts: number, sendAtMs: number) => ({
  claim: { delivery: { attempts, sendAtMs } },
  isThere: true,
});
type Queued = ReturnType<typeof queued>;

function createQueue(): LaneQueue<Queued> {
  return new LaneQueue(({ isThere }) => isThere);
}

function emptied(queue: LaneQueue<Queued>): [attempts: number, sendAtMs: number][] {
  return Array.from({ length: queue.size }, () => {
    const delivery = queue.shift()?.claim.delivery;
    return [delivery?.attempts ?? Number.NaN, delivery?.sendAtMs ?? Number.NaN];
  });
}

test("shift() takes first attempts before those again that fell due later, whenever they came", () => {
  const queue = createQueue();
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
    const queue = createQueue();
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

test("shift() passes over what has left, and size counts what is there", () => {
  const queue = createQueue();
  const items = [queued(0, 10), queued(1, 20), queued(0, 30)];
  for (const item of items) queue.push(item);
  for (const item of items.slice(0, 2)) {
    item.isThere = false;
    queue.left();
  }
  expect(queue.size).toBe(1);
  expect(queue.shift()).toBe(items[2]);
  expect(queue.size).toBe(0);
  expect(queue.shift()).toBeUndefined();
});

test("left() forgets what has left, though nothing is taken", async () => {
  const queue = createQueue();
  queue.push(queued(0, 0));
  const refs: WeakRef<Queued>[] = [];
  for (let nth = 1; nth <= 1_000; nth++) {
    const item = queued(nth % 2, nth);
    queue.push(item);
    item.isThere = false;
    queue.left();
    refs.push(new WeakRef(item));
  }
  expect(queue.size).toBe(1);
  // What is held by a weak reference made in this turn is kept until the next one.
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  expect(refs.filter((ref) => ref.deref() !== undefined).length).toBeLessThan(300);
  expect(queue.shift()?.claim.delivery.sendAtMs).toBe(0);
});

/** Node gives `gc` to whoever asks for it by a flag, which takes effect in contexts made from then on. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}
