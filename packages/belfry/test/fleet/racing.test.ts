import { expect, test } from "vitest";
import { DEFAULT_TUNING } from "../../src/engine/ports.ts";
import { simulate } from "../../src/simulate/simulate.ts";
import { openPostgresStore, type PostgresStore } from "../../src/store/postgres/store.ts";
import { seededRandom } from "../faults/seeded-random.ts";
import { createDatabase } from "../postgres/shared-postgres.ts";
import { expectAsExpected } from "./account.ts";
import { campaignOf, DAY_MS, MINUTE_MS, makeFleet, OUTAGES, requestOf } from "./fleet.ts";

const SIZE = 120;
const PROCESSES = 4;
/** A pass costs tens of milliseconds here, most of it for what has long been over. */
const TUNING = { tickMs: 7 * DAY_MS, beatMs: 7 * DAY_MS, nearWindowMs: 7 * DAY_MS + 15 * MINUTE_MS };
const WITHIN_MS = 300_000;

async function openStores(url: string): Promise<PostgresStore[]> {
  const options = { url, schema: "belfry", applicationName: "belfry fleet", poolSize: 4 };
  const stores: PostgresStore[] = [];
  for (let process = 0; process < PROCESSES; process++)
    stores.push(await openPostgresStore({ ...options, notifyWithinMs: 3_000, graceMs: 0 }));
  return stores;
}

test.each([
  ["a birthday campaign", campaignOf],
  ["a yearly reminder for each", requestOf],
])(
  "%s sends people in 30 zones exactly one message in leap year 2028, by four schedulers and workers that race on PostgreSQL",
  async (_what, request) => {
    const random = seededRandom();
    process.stdout.write(`racing fleet: seed ${random.seed}\n`);
    const fleet = makeFleet(random, SIZE);
    await using database = await createDatabase();
    const stores = await openStores(database.url);
    const report = await simulate({ stores, request: request(fleet), tuning: TUNING });
    for (const store of stores) await store.close();
    expect([...new Set(report.faults)]).toEqual([]);
    const heldMs = DEFAULT_TUNING.lookAheadMs;
    expectAsExpected(report.deliveries, { fleet, outages: OUTAGES, heldMs });
  },
  WITHIN_MS,
);
