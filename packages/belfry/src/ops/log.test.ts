import { describe, expect, test } from "vitest";
import { createLog, type LogOptions } from "./log.ts";
import { formatLogLine } from "./log-line.ts";

function captured(overrides: Partial<LogOptions> = {}): {
  lines: string[];
  log: ReturnType<typeof createLog>;
} {
  const lines: string[] = [];
  const log = createLog({
    level: "info",
    format: "json",
    isTerminal: false,
    stream: { write: (text) => lines.push(text) },
    now: () => Date.UTC(2026, 10, 23, 9, 30),
    ...overrides,
  });
  return { lines, log };
}

describe("createLog()", () => {
  test("createLog() writes JSON with names of levels when programs read it", () => {
    const { lines, log } = captured();
    log.info({ deliveryId: "dlv_1" }, "delivered");
    log.debug("not shown");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { level: "info", time: "2026-11-23T09:30:00.000Z", deliveryId: "dlv_1", msg: "delivered" },
    ]);
  });

  test("createLog() writes a line for people when they sit at a terminal", () => {
    const { lines, log } = captured({ format: "auto", isTerminal: true });
    log.warn({ deliveryId: "dlv_1", latenessMs: 2, reason: "in quotes" }, "late");
    expect(lines).toEqual(['09:30:00.000 warn  late deliveryId=dlv_1 latenessMs=2 reason="in quotes"\n']);
  });

  test("createLog() hides secrets by the name of their field when they are logged", () => {
    const { lines, log } = captured();
    log.info({ secret: "a", settings: { adminKey: "b" }, request: { headers: { authorization: "c" } } }, "m");
    expect(lines.join()).not.toMatch(/"[abc]"/);
  });

  test("createLog() hides secrets by their value when they turn up in a text", () => {
    const key = `quote"back\\slash${"x".repeat(20)}`;
    const { lines, log } = captured({ secrets: [key] });
    log.error(
      new Error(
        `Cannot sign with whsec_QUJD+/== for Bearer ${"k".repeat(40)}, bel_${"A".repeat(40)}: ${key}`,
      ),
    );
    expect(lines[0]).toContain("Cannot sign with (hidden) for (hidden), (hidden): (hidden)");
    expect(JSON.parse(lines[0] ?? "")).toHaveProperty("err.type", "Error");
  });

  test("createLog() shows an error's words but no stack when it writes for people", () => {
    const { lines, log } = captured({ format: "pretty" });
    log.error({ err: new Error("Cannot open the store: it is locked") }, "start failed");
    expect(lines).toEqual(["09:30:00.000 error start failed Cannot open the store: it is locked\n"]);
  });

  test("createLog() shows stacks for people when the level is debug", () => {
    const { lines, log } = captured({ format: "pretty", level: "debug" });
    log.error(new Error("Cannot go on"));
    expect(lines[0]).toMatch(/^09:30:00.000 error Cannot go on\nError: Cannot go on\n {4}at /);
  });
});

describe("formatLogLine()", () => {
  test("formatLogLine() passes a line on when it is no JSON", () => {
    expect(formatLogLine("not JSON\n", { colours: false, showStacks: false })).toBe("not JSON\n");
  });

  test("formatLogLine() colours the level when colours are on", () => {
    const line = formatLogLine('{"level":"error","msg":"m"}', { colours: true, showStacks: false });
    expect(line).toBe("\u001b[31merror\u001b[39m m\n");
  });
});
