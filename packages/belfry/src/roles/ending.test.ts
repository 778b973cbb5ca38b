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

  describe("of a process to which its starter passes signals on", () => {
    function rigOf() {
      const process = new Process();
      const clock = { nowMs: 0 };
      const heard = heardSignal(process, { isPassedOn: true, now: () => clock.nowMs });
      return { process, clock, heard };
    }

    test.each(["SIGINT", "SIGTERM"])("takes %s that comes twice at once for one", async (signal) => {
      const { process, clock, heard } = rigOf();
      process.emit(signal);
      clock.nowMs = 100;
      process.emit(signal);
      expect(await heard).toBe(signal);
      expect(process.codes).toEqual([]);
      process.emit(signal);
      expect(process.codes).toHaveLength(1);
    });

    test("ends at once when another comes later, or another signal at once", () => {
      const later = rigOf();
      later.process.emit("SIGINT");
      later.clock.nowMs = 500;
      later.process.emit("SIGINT");
      expect(later.process.codes).toEqual([130]);
      const other = rigOf();
      other.process.emit("SIGINT");
      other.process.emit("SIGTERM");
      expect(other.process.codes).toEqual([143]);
    });
  });
});
