// All figures beside a raw HTTP client in the same run: `npm run bench`. Machines are noisy: every workload
// runs several times, the median counts, and the ratio to the raw client is what can be compared.
import { cpus } from "node:os";
import { medianOf, round } from "./median.ts";
import { pause, type Receiver, rawRate, type Server, startBelfry, startReceiver } from "./processes.ts";
import { acceptBatches, acceptSingly, herd, idle, steady } from "./workloads.ts";

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

type RecordFigure = (figure: Figure, values: readonly number[]) => void;

/** Measures and prints; resolves with whether all goals were met. */
export async function measure(): Promise<boolean> {
  const rows: Row[] = [];
  const record: RecordFigure = (figure, values) => void rows.push(rowOf(figure, values));
  const receiver = await startReceiver();
  await measureStart(record);
  const server = await startBelfry();
  await measureHerd(record, server, receiver);
  await measureSteady(record, server, receiver);
  await measureAccept(record, server);
  record({ workload: "peak memory in all this", unit: "MiB", goal: { most: 1_024 } }, [
    server.peakBytes() / MEBIBYTE,
  ]);
  await server.stop();
  receiver.stop();
  console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}, ${ROUNDS} rounds, medians`);
  console.table(rows);
  return rows.every((row) => row.met);
}

function rowOf({ workload, unit, goal }: Figure, values: readonly number[]): Row {
  const median = medianOf(values);
  const met = "least" in goal ? median >= goal.least : median <= goal.most;
  const words = "least" in goal ? `at least ${goal.least}` : `at most ${goal.most}`;
  const spread = `${round(Math.min(...values))} to ${round(Math.max(...values))}`;
  return { workload, goal: words, median: round(median), spread, unit, met };
}

async function rounds<Result>(work: () => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    results.push(await work());
    await pause(500);
  }
  return results;
}

async function measureStart(record: RecordFigure): Promise<void> {
  const results = await rounds(async () => {
    const server = await startBelfry();
    const idleBytes = await idle(server);
    await server.stop();
    return { readyMs: server.readyMs, idleBytes };
  });
  record(
    { workload: "ready after start", unit: "ms", goal: { most: 1_500 } },
    results.map((r) => r.readyMs),
  );
  record(
    { workload: "memory when idle", unit: "MiB", goal: { most: 180 } },
    results.map((r) => r.idleBytes / MEBIBYTE),
  );
}

async function measureHerd(record: RecordFigure, server: Server, receiver: Receiver): Promise<void> {
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

async function measureSteady(record: RecordFigure, server: Server, receiver: Receiver): Promise<void> {
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

async function measureAccept(record: RecordFigure, server: Server): Promise<void> {
  const batches = await rounds(() => acceptBatches(server, 40_000));
  record({ workload: "accept in batches of 1000", unit: "reminders/s", goal: { least: 20_000 } }, batches);
  const singles = await rounds(() => acceptSingly(server, 5_000));
  record({ workload: "accept singly", unit: "reminders/s", goal: { least: 1_500 } }, singles);
}
