import { EventEmitter } from "node:events";
import { describe, expect, test } from "vitest";
import { heardSignal } from "./ending.ts";

class Process extends EventEmitter {
  readonly codes: number[] = [];
  exit(code: number): void {
    this.codes.push(code);
  }
}

describe("heardSignal()", () => {
  test.each(["SIGINT", "SIGTERM", "SIGHUP"])(
    "resolves with %s and ends nothing by itself",
    async (signal) => {
      const process = new Process();
      const heard = heardSignal(process);
      process.emit(signal);
      expect(await heard).toBe(signal);
      expect(process.codes).toEqual([]);
    },
  );

  test.each([
    ["SIGINT", "SIGINT", 130],
    ["SIGTERM", "SIGTERM", 143],
    ["SIGHUP", "SIGTERM", 143],
    ["SIGTERM", "SIGINT", 130],
  ])("ends at once when %s is followed by %s", async (first, second, code) => {
    const process = new Process();
    const heard = heardSignal(process);
    process.emit(first);
    process.emit(second);
    expect(await heard).toBe(first);
    expect(process.codes).toEqual([code]);
  });
});
