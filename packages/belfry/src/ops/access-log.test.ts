import { describe, expect, test } from "vitest";
import { createAccessLog } from "./access-log.ts";
import { createLog, type Logger } from "./log.ts";

function logOf(level: string): { log: Logger; lines: string[] } {
  const lines: string[] = [];
  const stream = { write: (text: string) => lines.push(text) };
  return { lines, log: createLog({ level, format: "pretty", isTerminal: false, stream, now: () => 0 }) };
}

const ANSWERED = {
  method: "GET",
  route: "/v1/reminders/{id}",
  status: 200,
  durationMs: 3,
  requestId: "req_1",
  tenantId: "tnt_1",
};

describe("createAccessLog()", () => {
  test("createAccessLog() writes a line a request when the level is debug", () => {
    const { log, lines } = logOf("debug");
    createAccessLog(log)?.(ANSWERED);
    createAccessLog(log)?.({ ...ANSWERED, route: null, status: 404, tenantId: null });
    expect(lines).toEqual([
      "00:00:00.000 debug request answered method=GET path=/v1/reminders/{id} status=200 durationMs=3 requestId=req_1 tenantId=tnt_1\n",
      "00:00:00.000 debug request answered method=GET path=(none) status=404 durationMs=3 requestId=req_1\n",
    ]);
  });

  test("createAccessLog() is not there when the level is info", () => {
    expect(createAccessLog(logOf("info").log)).toBeUndefined();
  });
});
