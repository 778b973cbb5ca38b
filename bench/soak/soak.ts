// A day of load in some minutes: `npm run bench -- soak`; SECONDS and RATE set how long and how much,
// DATABASE=postgres where. The
// server is the real process with a short near window and tick, and with a retention that is a small part of
// the run, so that it purges as much as it takes in. What is accepted must arrive exactly once, whatever fails,
// is changed or dies meanwhile, and nothing may grow.
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Client, createClient } from "../../packages/belfry/src/client/index.ts";
import { makeFolder, pause, type Server, startBelfry } from "../processes.ts";
import { type Followers, follow } from "./followers.ts";
import { type Footing, openFooting } from "./footing.ts";
import { Ledger } from "./ledger.ts";
import { ENDPOINT, Load } from "./load.ts";
import { meddle } from "./meddling.ts";
import { Mending } from "./mending.ts";
import { type Receiving, startReceiving } from "./receiving.ts";
import { createSampling, seriesOf } from "./samples.ts";
import { trendOf } from "./trend.ts";

const SECONDS = Number(process.env.SECONDS ?? 300);
const RATE = Number(process.env.RATE ?? 300);
const DATABASE = process.env.DATABASE ?? "sqlite";
/** Long enough for what is dead to be brought back, and short beside the run. */
const LIFE_MS = Math.max(8_000, (SECONDS * 1_000) / 20);
const SAMPLE_EVERY_MS = 2_000;
const QUIET_WITHIN_MS = 120_000;
const DAY_SECONDS = 86_400;

const SETTINGS = {
  BELFRY_NEAR_WINDOW: "PT4S",
  BELFRY_TICK: "PT1S",
  BELFRY_WEBHOOK_TIMEOUT: "PT5S",
  BELFRY_LOG_LEVEL: "error",
  SOAK_LIFE_MS: `${LIFE_MS}`,
};

interface Soak {
  server: Server;
  footing: Footing;
  client: Client;
  receiving: Receiving;
  ledger: Ledger;
}

/** Measures and prints; resolves with whether nothing grew and everything arrived once. */
export async function measure(): Promise<boolean> {
  const folder = makeFolder();
  const receiving = await startReceiving();
  const command = [fileURLToPath(new URL("server.ts", import.meta.url))];
  const footing = await openFooting(DATABASE, folder);
  const server = await startBelfry({ folder, command, settings: { ...SETTINGS, ...footing.settings } });
  const client = createClient({ url: server.url, key: server.key });
  const soak = { server, footing, client, receiving, ledger: new Ledger() };
  try {
    await client.endpoints.create({ name: ENDPOINT, url: `${receiving.troubled}/gone` });
    const isSteady = await run(soak);
    await server.stop();
    console.log("what the stopped server leaves");
    console.table(await footing.remains());
    return isSteady;
  } finally {
    receiving.stop();
    await footing.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run({ server, footing, client, receiving, ledger }: Soak): Promise<boolean> {
  const ending = new AbortController();
  const followers = follow(client, ending.signal);
  const mending = new Mending(client);
  const mended = mending.run(ending.signal);
  // So that the followers hear of the first acceptance.
  await pause(1_000);
  const endMs = Date.now() + SECONDS * 1_000;
  const load = new Load({ server, receiving, ledger, rate: RATE, endMs });
  const sampled = sampleUntil(endMs, createSampling({ server, footing, receiving, load }));
  const [, meddled, samples] = await Promise.all([
    load.run(),
    meddle({ client, receiving, ledger, endMs }),
    sampled,
  ]);
  await untilQuiet(client);
  await untilHeard(followers, ledger);
  ending.abort();
  await mended;
  const told = { meddled, redriven: mending.redriven, switchedOff: mending.switchedOff };
  const isExact = await printDeliveries({ receiving, ledger, followers, told });
  return printTrends(footing, samples) && isExact;
}

/** One list of numbers for each look. */
async function sampleUntil(endMs: number, sample: () => Promise<number[]>): Promise<number[][]> {
  const samples: number[][] = [];
  while (Date.now() < endMs) {
    await pause(SAMPLE_EVERY_MS);
    samples.push(await sample());
  }
  return samples;
}

/** Waits until nothing is open any more, and until retention has passed since, so that all is purged. */
async function untilQuiet(client: Client): Promise<void> {
  const deadlineMs = Date.now() + QUIET_WITHIN_MS;
  for (;;) {
    const { deliveries } = await client.stats();
    const { scheduled, leased, retrying, dead } = deliveries;
    if (scheduled + leased + retrying + dead === 0) break;
    if (Date.now() > deadlineMs) {
      console.log(`not quiet after ${QUIET_WITHIN_MS / 1_000} s: ${JSON.stringify(deliveries)}`);
      break;
    }
    await pause(1_000);
  }
  await pause(LIFE_MS + 3_000);
}

/** Events may be on their way still. */
async function untilHeard(followers: Followers, { reminders }: Ledger): Promise<void> {
  for (let i = 0; i < 50 && followers.accepted() < reminders; i++) await pause(100);
}

interface Delivered {
  receiving: Receiving;
  ledger: Ledger;
  followers: Followers;
  told: Record<string, number>;
}

async function printDeliveries({ receiving, ledger, followers, told }: Delivered): Promise<boolean> {
  const arrivals = await receiving.arrivals();
  const taken = arrivals.filter((arrival) => arrival.taken > 0).length;
  const attempts = arrivals.reduce((sum, arrival) => sum + arrival.attempts, 0);
  const missed = ledger.reminders - followers.accepted();
  const findings = { ...ledger.check(arrivals), "acceptances not heard of": missed, gaps: followers.gaps() };
  console.log(
    `${SECONDS} s at ${RATE}/s: as many deliveries as a day of ${(taken / DAY_SECONDS).toFixed(2)} a second`,
  );
  console.table({ reminders: ledger.reminders, delivered: taken, attempts, ...told });
  console.log("each of these is to be 0");
  console.table(findings);
  return Object.values(findings).every((count) => count === 0);
}

function printTrends(footing: Footing, samples: readonly (readonly number[])[]): boolean {
  const trends = seriesOf(footing).map((series, i) =>
    trendOf(
      series,
      samples.map((sample) => sample[i] ?? Number.NaN),
    ),
  );
  console.log("medians of the quarters; the whole run stands for a day");
  console.table(trends);
  return trends.every((trend) => !trend.grows);
}
