import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { formatInstant, type Plan, type PlanContext, planOf, readSchedule } from "./schedule.ts";

interface Vector {
  id: string;
  rrule?: string;
  cron?: string;
  start?: string;
  exdates?: string[];
  timeZone: string;
  /** Exclusive; null means from the start, inclusive. */
  after: string | null;
  expected: string[];
}

const FULL_LIST: Record<string, number> = { rrule: 12, cron: 8 };

function vectorsIn(file: string): Vector[] {
  return JSON.parse(readFileSync(new URL(`./vectors/${file}.json`, import.meta.url), "utf8"));
}

function planOfVector(vector: Vector): Plan {
  const { rrule, cron, start, exdates, timeZone } = vector;
  const acceptedAtMs = vector.after === null ? 0 : Date.parse(vector.after);
  const context: PlanContext = { acceptedAtMs, timeZone: "Asia/Tokyo" };
  return planOf(readSchedule({ rrule, cron, start, exdates, timeZone }, context), context);
}

function walk(plan: Plan, afterMs: number, most: number): string[] {
  const found: string[] = [];
  let at = afterMs;
  for (let next = plan.next(at); next && found.length < most; next = plan.next(at)) {
    found.push(formatInstant(next.dueMs));
    at = next.dueMs;
  }
  return found;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

describe.each(["rrule", "cron"])("the %s vectors", (file) => {
  test.each(vectorsIn(file).map((vector) => [vector.id, vector] as const))("next() gives %s", (_, vector) => {
    const plan = planOfVector(vector);
    const afterMs = vector.after === null ? Number.NEGATIVE_INFINITY : Date.parse(vector.after);
    expect(walk(plan, afterMs, FULL_LIST[file] ?? 0)).toEqual(vector.expected);
    const timings = Array.from({ length: 15 }, (_, i) => {
      const startMs = performance.now();
      plan.next((vector.after === null ? Date.UTC(2026, 0, 1) : afterMs) + i * 86_400_000);
      return performance.now() - startMs;
    });
    expect(median(timings)).toBeLessThan(1);
  });

  test("previous() walks every vector backwards to where it began", () => {
    for (const vector of vectorsIn(file)) {
      const plan = planOfVector(vector);
      const last = vector.expected.at(-1);
      if (last === undefined) continue;
      const beforeMs = Date.parse(vector.expected[0] ?? "") - 1;
      const found: string[] = [];
      let at = Date.parse(last);
      for (let one = plan.previous(at, beforeMs); one; one = plan.previous(at, beforeMs)) {
        found.unshift(formatInstant(one.dueMs));
        at = one.dueMs - 1;
      }
      expect([vector.id, found]).toEqual([vector.id, vector.expected]);
    }
  });
});
