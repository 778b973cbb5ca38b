import { round } from "../median.ts";
import { belfry } from "./contenders/belfry.ts";
import type { Contender } from "./contenders/contender.ts";
import { peer } from "./contenders/peer.ts";
import { Results } from "./figures.ts";
import type { Place } from "./places/place.ts";
import { openPostgresPlace } from "./places/postgres.ts";
import { findRedisPlace } from "./places/redis.ts";
import { rawFigure, rawRate } from "./raw.ts";
import { Receiver } from "./receiver.ts";
import { printReport } from "./report.ts";
import { Running } from "./running.ts";
import type { Scale } from "./scale.ts";
import { accept } from "./workloads/accept.ts";
import { herd } from "./workloads/herd.ts";
import { kill } from "./workloads/kill.ts";
import { retry } from "./workloads/retry.ts";
import { million, steady300, steady1000 } from "./workloads/steady.ts";
import type { Workload } from "./workloads/workload.ts";

const WORKLOADS: readonly Workload[] = [herd, steady300, steady1000, million, accept, retry, kill];

const NO_REDIS = "Redis is not installed, so BullMQ is left out; to have it: apt-get install redis-server";

/** What is to be measured, by name; null: all. */
export interface Plan {
  workloads: readonly string[] | null;
  contenders: readonly string[] | null;
}

/** Measures and prints; resolves with whether all goals were met. */
export async function measure(plan: Plan, scale: Scale): Promise<boolean> {
  const postgres = await openPostgresPlace();
  const redis = findRedisPlace();
  if (redis === null) console.log(NO_REDIS);
  const workloads = chosen(WORKLOADS, plan.workloads);
  const contenders = chosen(contendersOf(postgres, redis), plan.contenders);
  const receiver = await Receiver.start();
  const results = new Results();
  const running = new Running({ receiver, scale, results });
  for (let nth = 0; nth < scale.rounds; nth++) {
    results.add(rawFigure.id, { [rawFigure.id]: await rawRate(receiver, scale.herd) });
    for (const workload of workloads)
      for (const contender of rotated(contenders, nth)) {
        const figures = await running.run(workload, contender);
        console.log(`round ${nth + 1}, ${workload.name}, ${contender.name}: ${told(figures)}`);
      }
  }
  await running.close();
  const places = { PostgreSQL: await postgres.describe(), ...(redis && { Redis: await redis.describe() }) };
  const isMet = printReport({
    workloads,
    contenders,
    results,
    scale,
    places,
    running,
  });
  await postgres.close();
  await receiver.stop();
  return isMet;
}

function contendersOf(postgres: Place, redis: Place | null): Contender[] {
  return [
    belfry(postgres),
    peer("graphile-worker", postgres),
    peer("pg-boss", postgres),
    ...(redis ? [peer("bullmq", redis)] : []),
    peer("naive-100ms", postgres),
    peer("naive-minute", postgres),
  ];
}

/** Throws if one is named that there is not. */
function chosen<Named extends { name: string }>(all: readonly Named[], names: readonly string[] | null) {
  if (names === null) return all;
  return names.map((name) => {
    const found = all.find((one) => one.name === name);
    if (found) return found;
    throw new Error(`Cannot measure "${name}": there are ${all.map((one) => one.name).join(", ")}`);
  });
}

/** Nobody is always first. */
function rotated<Item>(items: readonly Item[], by: number): Item[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

function told(figures: Readonly<Record<string, number>>): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${round(value)}`)
    .join(", ");
}
