// Measures Belfry as users run it, beside a raw HTTP client in the same run: `npm run bench`.
// Machines are noisy: every workload runs several times, the median counts, and the ratio to the raw
// client is what can be compared.
import { cpus } from "node:os";
import { pause, type Receiver, rawRate, type Server, startBelfry, startReceiver } from "./processes.ts";
import { acceptBatches, acceptSingly, herd, steady } from "./workloads.ts";

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const HERD = 10_000;
const MEBIBYTE = 1_048_576;

interface Row {
  workload: string;
  goal: string;
  median: number;
  spread: string;
  unit: string;
  met: boolean;
}

interface Figure {
  workload: string;
  unit: string;
  /** At least, or at most. */
  goal: { least: number } | { most: number };
}

const rows: Row[] = [];

function record({ workload, unit, goal }: Figure, values: readonly number[]): void {
  const sorted = [...values].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const met = "least" in goal ? median >= goal.least : median <= goal.most;
  const words = "least" in goal ? `at least ${goal.least}` : `at most ${goal.most}`;
  const spread = `${round(sorted[0])} to ${round(sorted.at(-1))}`;
  rows.push({ workload, goal: words, median: round(median), spread, unit, met });
}

function round(value = Number.NaN): number {
  return value >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
}

async function rounds<Result>(measure: () => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    results.push(await measure());
    await pause(500);
  }
  return results;
}

async function measureStart(): Promise<void> {
  const results = await rounds(async () => {
    const server = await startBelfry();
    await pause(3_000);
    const idle = server.residentBytes();
    await server.stop();
    return { readyMs: server.readyMs, idle };
  });
  record(
    { workload: "ready after start", unit: "ms", goal: { most: 1_500 } },
    results.map((r) => r.readyMs),
  );
  record(
    { workload: "memory when idle", unit: "MiB", goal: { most: 180 } },
    results.map((r) => r.idle / MEBIBYTE),
  );
}

async function measureHerd(server: Server, receiver: Receiver): Promise<void> {
  await rawRate(receiver, HERD);
  const results = await rounds(async () => {
    const raw = await rawRate(receiver, HERD);
    return { raw, ...(await herd(server, receiver, HERD)) };
  });
  record(
    { workload: "raw client, 50 sockets", unit: "posts/s", goal: { least: 0 } },
    results.map((r) => r.raw),
  );
  record(
    { workload: "herd of 10,000", unit: "arrivals/s", goal: { least: 0 } },
    results.map((r) => r.rate),
  );
  record(
    { workload: "herd beside raw", unit: "% of raw", goal: { least: 30 } },
    results.map((r) => (100 * r.rate) / r.raw),
  );
  record(
    { workload: "first of the herd after", unit: "ms", goal: { most: 40 } },
    results.map((r) => r.firstMs),
  );
}

async function measureSteady(server: Server, receiver: Receiver): Promise<void> {
  const results = await rounds(() => steady(server, receiver, { rate: 300, seconds: 10 }));
  record(
    { workload: "steady 300/s, lateness p50", unit: "ms", goal: { most: 3 } },
    results.map((r) => r.p50),
  );
  record(
    { workload: "steady 300/s, lateness p99", unit: "ms", goal: { most: 15 } },
    results.map((r) => r.p99),
  );
}

async function measureAccept(server: Server): Promise<void> {
  const batches = await rounds(() => acceptBatches(server, 40_000));
  record({ workload: "accept in batches of 1000", unit: "reminders/s", goal: { least: 20_000 } }, batches);
  const singles = await rounds(() => acceptSingly(server, 5_000));
  record({ workload: "accept singly", unit: "reminders/s", goal: { least: 1_500 } }, singles);
}

const receiver = await startReceiver();
await measureStart();
const server = await startBelfry();
await measureHerd(server, receiver);
await measureSteady(server, receiver);
await measureAccept(server);
record({ workload: "peak memory in all this", unit: "MiB", goal: { most: 1_024 } }, [
  server.peakBytes() / MEBIBYTE,
]);
await server.stop();
receiver.stop();

console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}, ${ROUNDS} rounds, medians`);
console.table(rows);
process.exitCode = rows.every((row) => row.met) ? 0 : 1;
