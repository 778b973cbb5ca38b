import fc from "fast-check";
import { expect, test } from "vitest";
import { Fifo } from "./fifo.ts";

test("Fifo gives back whatever it was given, in the order in which it came", () => {
  // A number is pushed, null takes one out.
  const property = fc.property(fc.array(fc.option(fc.integer()), { maxLength: 200 }), (steps) => {
    const fifo = new Fifo<number>();
    const expected: number[] = [];
    for (const step of steps) {
      expect(fifo.peek()).toBe(expected[0]);
      if (step === null) expect(fifo.shift()).toBe(expected.shift());
      else {
        fifo.push(step);
        expected.push(step);
      }
      expect(fifo.size).toBe(expected.length);
    }
  });
  fc.assert(property);
});

test("Fifo keeps the order of thousands when what is taken out is moved up", () => {
  const fifo = new Fifo<number>();
  for (let number = 0; number < 10_000; number++) fifo.push(number);
  for (let number = 0; number < 6_000; number++) expect(fifo.shift()).toBe(number);
  fifo.push(10_000);
  const rest = Array.from({ length: fifo.size }, () => fifo.shift());
  expect(rest).toEqual(Array.from({ length: 4_001 }, (_, index) => 6_000 + index));
  expect(fifo.shift()).toBeUndefined();
});

test("filter() takes out what is not wanted, and leaves the order of the rest", () => {
  const fifo = new Fifo<number>();
  for (let number = 0; number < 10; number++) fifo.push(number);
  fifo.shift();
  fifo.filter((number) => number % 2 === 0);
  fifo.push(10);
  expect(Array.from({ length: fifo.size }, () => fifo.shift())).toEqual([2, 4, 6, 8, 10]);
});
