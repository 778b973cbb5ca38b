import { expect, test } from "vitest";
import { StoreError } from "../domain/errors.ts";
import { VirtualClock } from "../engine/virtual-clock.ts";
import { createFaultLog } from "./fault-log.ts";

interface Line {
  message: string;
  alike: unknown;
  request: unknown;
}

function captured() {
  const clock = new VirtualClock(0);
  const lines: Line[] = [];
  const write = ({ alike, request }: Record<string, unknown>, message: string): void =>
    void lines.push({ message, alike, request });
  return { clock, lines, faults: createFaultLog({ log: { error: write as never }, clock }) };
}

const full = () => new StoreError("store_full", "Cannot write: the disk is full");

test("error() tells the first of a kind at once, then one line a second with the last and how many", async () => {
  const { clock, lines, faults } = captured();
  for (let request = 1; request <= 500; request++) {
    faults.error({ request, err: full() }, request % 2 ? "Cannot answer" : "Cannot settle");
    if (request % 200 === 0) await clock.advance(1_000);
  }
  await clock.advance(5_000);
  expect(lines).toEqual([
    { message: "Cannot answer", alike: undefined, request: 1 },
    { message: "Cannot settle", alike: 199, request: 200 },
    { message: "Cannot settle", alike: 200, request: 400 },
    { message: "Cannot settle", alike: 100, request: 500 },
  ]);
});

test("error() tells each fault that is of another kind, and all again once it has been quiet", async () => {
  const { clock, lines, faults } = captured();
  faults.error({ err: full() }, "a");
  faults.error({ err: new Error("one") }, "b");
  faults.error({ err: new Error("two") }, "c");
  faults.error({ err: "no error" }, "d");
  await clock.advance(2_000);
  faults.error({ err: full() }, "e");
  expect(lines.map(({ message, alike }) => [message, alike])).toEqual(
    ["a", "b", "c", "d", "e"].map((message) => [message, undefined]),
  );
});

test("error() gathers what is of ever new kinds", async () => {
  const { clock, lines, faults } = captured();
  for (let i = 0; i < 1_000; i++) faults.error({ request: i, err: new Error(`${i}`) }, "m");
  await clock.advance(3_000);
  expect(lines).toHaveLength(22);
  expect(lines.at(-1)).toMatchObject({ alike: 979, request: 999 });
});

test("error() tells each request that met a fault which was not foreseen", async () => {
  const { clock, lines, faults } = captured();
  for (let i = 0; i < 3; i++) faults.error({ requestId: `req_${i}`, err: new TypeError("x") }, "m");
  for (let i = 0; i < 3; i++) faults.error({ requestId: `req_${i}`, err: full() }, "m");
  await clock.advance(2_000);
  expect(lines.map(({ alike }) => alike)).toEqual([undefined, undefined, undefined, undefined, 2]);
});

test("close() tells what was gathered, once", async () => {
  const { clock, lines, faults } = captured();
  for (let i = 0; i < 3; i++) faults.error({ err: full() }, "m");
  faults.close();
  await clock.advance(5_000);
  expect(lines.map(({ alike }) => alike)).toEqual([undefined, 2]);
});
