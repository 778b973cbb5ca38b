import { describe, expect, test } from "vitest";
import type { Delivery } from "../domain/delivery.ts";
import { VirtualClock } from "../engine/virtual-clock.ts";
import type { Answered } from "../http/answered.ts";
import { createLog } from "../ops/log.ts";
import { readExposition } from "../ops/metrics/exposition-fixture.ts";
import { createTelling, type Telling } from "./telling.ts";

const ANSWERED: Answered = {
  method: "GET",
  route: "/healthz",
  status: 200,
  durationMs: 1,
  requestId: "req_1",
  tenantId: null,
};

function tellingAt(level: string, hasMetrics: boolean): { telling: Telling; lines: string[] } {
  const lines: string[] = [];
  const stream = { write: (line: string) => lines.push(line) };
  const log = createLog({ level, format: "json", isTerminal: false, stream, now: () => 0 });
  return { lines, telling: createTelling({ log, clock: new VirtualClock(0), hasMetrics }) };
}

async function valueOfSeries({ metrics }: Telling, name: string): Promise<number | undefined> {
  const families = readExposition((await metrics?.render(undefined))?.body ?? "\n");
  return families.get(name)?.samples[0]?.value;
}

describe("createTelling()", () => {
  test("createTelling() tells log and metrics of the same", async () => {
    const { telling, lines } = tellingAt("debug", true);
    telling.observe({ kind: "leases-lost", deliveries: 3 });
    telling.onAnswered?.(ANSWERED);
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
      "leases lost to another worker",
      "request answered",
    ]);
    expect(await valueOfSeries(telling, "belfry_leases_lost_total")).toBe(3);
    expect(await valueOfSeries(telling, "belfry_http_requests_total")).toBe(1);
  });

  test("createTelling() logs a fault and counts it", async () => {
    const { telling, lines } = tellingAt("error", true);
    telling.onFault("claim deliveries", new Error("it is locked"));
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      level: "error",
      msg: "Cannot claim deliveries",
      err: { message: "it is locked" },
    });
    expect(await valueOfSeries(telling, "belfry_faults_total")).toBe(1);
  });

  test("createTelling() keeps what an observer throws from the engine", async () => {
    const { telling, lines } = tellingAt("debug", true);
    // What no engine tells, so that whoever looks into it throws.
    telling.observe({ kind: "claimed", delivery: null as unknown as Delivery, isInDoubt: false });
    expect(lines[0]).toContain("Cannot tell of claimed");
    expect(await valueOfSeries(telling, "belfry_deliveries_claimed_total")).toBe(1);
  });

  test("createTelling() has nobody to tell of answers when there are no metrics and no debugging", () => {
    const { telling } = tellingAt("info", false);
    expect([telling.metrics, telling.onAnswered]).toEqual([null, undefined]);
  });
});
