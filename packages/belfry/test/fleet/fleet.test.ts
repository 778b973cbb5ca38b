import { expect, test } from "vitest";
import type { SimulationReport, SimulationRequest } from "../../src/domain/simulation.ts";
import { simulate } from "../../src/simulate/simulate.ts";
import { openSqliteStore } from "../../src/store/sqlite/store.ts";
import { seededRandom } from "../faults/seeded-random.ts";
import { expectAsExpected } from "./account.ts";
import { campaignOf, type Fleet, FROM_MS, makeFleet, OUTAGES, requestOf } from "./fleet.ts";

const SIZE = 10_000;
const WITHIN_MS = 180_000;

function seeded(size: number): Fleet {
  const random = seededRandom();
  process.stdout.write(`fleet: seed ${random.seed}\n`);
  return makeFleet(random, size);
}

async function rehearse(request: SimulationRequest): Promise<SimulationReport> {
  const store = openSqliteStore({ path: ":memory:", nowMs: FROM_MS });
  const beganMs = performance.now();
  const report = await simulate({ stores: [store], request });
  await store.close();
  process.stdout.write(`fleet: ${Math.round(performance.now() - beganMs)} ms\n`);
  expect([...new Set(report.faults)]).toEqual([]);
  expect(report.leftOut).toEqual([]);
  return report;
}

test(
  "a birthday campaign sends 10,000 people in 30 zones exactly one message in leap year 2028, at 09:00 or with a reason, through outages, moves and corrections",
  async () => {
    const fleet = seeded(SIZE);
    const { deliveries } = await rehearse(campaignOf(fleet));
    expectAsExpected(deliveries, { fleet, outages: OUTAGES, heldMs: 0 });
  },
  WITHIN_MS,
);

test(
  "a yearly reminder for each of 1,000 people does the same, and the year takes less than 30 s",
  async () => {
    const fleet = seeded(1_000);
    const beganMs = performance.now();
    const { deliveries } = await rehearse(requestOf(fleet));
    expect(performance.now() - beganMs).toBeLessThan(30_000);
    expectAsExpected(deliveries, { fleet, outages: OUTAGES, heldMs: 0 });
  },
  WITHIN_MS,
);
