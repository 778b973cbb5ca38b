import { spawnSync } from "node:child_process";
import { EventEmitter } from "node:events";
import { describe, expect, test } from "vitest";
import { createLog } from "../ops/log.ts";
import { endOnCrash } from "./crash.ts";

class Process extends EventEmitter {
  readonly codes: number[] = [];
  exit(code: number): void {
    this.codes.push(code);
  }
}

function crashed(event: "uncaughtException" | "unhandledRejection", thrown: unknown, write?: () => void) {
  const lines: string[] = [];
  const stream = { write: write ?? ((line: string) => void lines.push(line)) };
  const log = createLog({ level: "info", format: "json", isTerminal: false, stream, now: () => 0 });
  const process = new Process();
  endOnCrash(log, process);
  process.emit(event, thrown);
  return { lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>), codes: process.codes };
}

describe("endOnCrash()", () => {
  test.each(["uncaughtException", "unhandledRejection"] as const)("logs an %s and ends with 1", (event) => {
    const { lines, codes } = crashed(event, new TypeError("x is not a function"));
    expect(lines).toMatchObject([
      { level: "fatal", msg: expect.stringContaining("Cannot go on"), err: { type: "TypeError" } },
    ]);
    expect(codes).toEqual([1]);
  });

  test("logs what is no error", () => {
    const { lines } = crashed("unhandledRejection", "a text");
    expect(lines).toMatchObject([{ err: { message: "a text" } }]);
  });

  test("ends also when the log cannot be written", () => {
    const write = () => {
      throw new Error("the disk is full");
    };
    expect(() => crashed("uncaughtException", new Error("x"), write)).toThrow("the disk is full");
  });

  test("ends a real process that a rejection reaches, with the reason on standard error", () => {
    const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
    const script = `
      const [{ endOnCrash }, { createLog }] = await Promise.all([import(${url("./crash.ts")}), import(${url("../ops/log.ts")})]);
      const now = () => Date.now();
      endOnCrash(createLog({ level: "info", format: "pretty", isTerminal: false, stream: process.stderr, now }), process);
      setInterval(() => {}, 1_000);
      void Promise.reject(new RangeError("out of bounds"));`;
    const ran = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      encoding: "utf8",
      timeout: 15_000,
    });
    expect(ran.status).toBe(1);
    expect(ran.stderr).toMatch(/fatal Cannot go on: .* out of bounds\nRangeError: out of bounds\n {4}at /);
  });
});
