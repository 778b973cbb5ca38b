import fc from "fast-check";
import { expect, test } from "vitest";
import { Heap } from "./heap.ts";

test("Heap gives back whatever it was given, in order", () => {
  const property = fc.property(fc.array(fc.integer()), (numbers) => {
    const heap = new Heap<number>((a, b) => a < b);
    for (const number of numbers) heap.push(number);
    expect(heap.peek()).toBe(numbers.length === 0 ? undefined : Math.min(...numbers));
    const given = numbers.map(() => heap.pop());
    expect(given).toEqual([...numbers].sort((a, b) => a - b));
    expect(heap.size).toBe(0);
    expect(heap.pop()).toBeUndefined();
  });
  fc.assert(property);
});

test("Heap gives the least of what is in it when pushes and pops take turns", () => {
  const property = fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 50 }))), (steps) => {
    const heap = new Heap<number>((a, b) => a < b);
    const model: number[] = [];
    for (const step of steps) {
      if (step === null) {
        expect(heap.pop()).toBe(model.shift());
      } else {
        heap.push(step);
        model.push(step);
        model.sort((a, b) => a - b);
      }
    }
    expect(heap.size).toBe(model.length);
  });
  fc.assert(property);
});
