// Whether what rests costs anything: all figures of `npm run bench`, and reading, on a folder with a million
// reminders at rest beside an empty one: `npm run bench -- million`. REMINDERS and ROUNDS set the size.
//
// Noise: in every round each workload runs on both folders, one right after the other, and which comes first
// changes from round to round. So what slows the machine for longer slows both. The ratio is taken within a
// round, and the median of the rounds counts; the spread of the ratios stands beside it. More rounds tell more,
// and CPU used tells more than time passed where other programs run.
import { rmSync } from "node:fs";
import { cpus } from "node:os";
import { makeFolder, type Receiver, type Server, startBelfry, startReceiver } from "../processes.ts";
import { acceptBatches, acceptSingly, herd, idle, steady } from "../workloads.ts";
import { type Compared, compare, type Figure } from "./comparison.ts";
import { type Place, read, walk } from "./reading.ts";
import { fill } from "./resting.ts";

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const REMINDERS = Number(process.env.REMINDERS ?? 1_000_000);
const HERD = 10_000;
const BATCHED = 40_000;
const SINGLY = 5_000;
/** So far inside its list the empty folder is read; it has taken in more by then. */
const EMPTY_DEPTH = 20_000;
const MEBIBYTE = 1_048_576;

const FIGURES: readonly Figure[] = [
  { name: "ready after start", unit: "ms", better: "less", slack: 50 },
  { name: "memory when idle", unit: "MiB", better: "less" },
  { name: "herd of 10,000", unit: "arrivals/s", better: "more" },
  { name: "CPU of the herd", unit: "µs a reminder", better: "less" },
  { name: "first of the herd after", unit: "ms", better: "less", slack: 5 },
  { name: "steady 300/s, lateness p50", unit: "ms", better: "less", slack: 0.3 },
  { name: "steady 300/s, lateness p99", unit: "ms", better: "less", slack: 5 },
  { name: "accept in batches of 1000", unit: "reminders/s", better: "more" },
  { name: "CPU of accepting in batches", unit: "µs a reminder", better: "less" },
  { name: "accept singly", unit: "reminders/s", better: "more" },
  { name: "CPU of accepting singly", unit: "µs a reminder", better: "less" },
  { name: "GET /v1/reminders, first page", unit: "ms", better: "less", slack: 0.3 },
  { name: "GET /v1/reminders, half-way", unit: "ms", better: "less", slack: 0.3 },
  { name: "GET /v1/reminders/{id}", unit: "ms", better: "less", slack: 0.3 },
  { name: "GET /v1/stats", unit: "ms", better: "less", slack: 0.3 },
  { name: "GET /metrics", unit: "ms", better: "less", slack: 0.3 },
  { name: "peak memory of the round", unit: "MiB", better: "less", slack: 50 },
];

const SIDES = ["empty", "full"] as const;
type Side = (typeof SIDES)[number];
type Both<Value> = Record<Side, Value>;

/** What was measured in one round, in the order of the figures. */
type Measured = Both<number[]>;

/** One workload on one folder; resolves with its figures, in their order. */
type Step = (side: Side) => Promise<number[]>;

/** Measures and prints; resolves with whether no figure is worse on the full folder. */
export async function measure(): Promise<boolean> {
  const full = makeFolder();
  const receiver = await startReceiver();
  try {
    const place = await prepare(full);
    const rounds: Measured[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      console.error(`round ${i + 1} of ${ROUNDS}`);
      rounds.push(await measureRound(i, { full, place, receiver }));
    }
    return print(
      FIGURES.map((figure, index) =>
        compare(figure, valuesOf(rounds, "empty", index), valuesOf(rounds, "full", index)),
      ),
    );
  } finally {
    receiver.stop();
    rmSync(full, { recursive: true, force: true });
  }
}

/** Fills the folder, and finds a place in the middle of what it lists. */
async function prepare(folder: string): Promise<Place> {
  const server = await startBelfry({ folder });
  await fill(server, REMINDERS);
  const place = await walk(server, REMINDERS / 2);
  await server.stop();
  return place;
}

interface Prepared {
  full: string;
  place: Place;
  receiver: Receiver;
}

async function measureRound(round: number, { full, place, receiver }: Prepared): Promise<Measured> {
  const order = round % 2 === 0 ? SIDES : SIDES.toReversed();
  const empty = await makeEmpty();
  const servers: Partial<Both<Server>> = {};
  const measured: Measured = { empty: [], full: [] };
  const run = async (step: Step): Promise<void> => {
    for (const side of order) measured[side].push(...(await step(side)));
  };
  await run(async (side) => {
    const server = await startBelfry({ folder: side === "full" ? full : empty });
    servers[side] = server;
    return [server.readyMs, (await idle(server)) / MEBIBYTE];
  });
  // Both have been started.
  const both = servers as Both<Server>;
  for (const step of stepsOn(both, { place, receiver })) await run(step);
  await Promise.all(SIDES.map((side) => both[side].stop()));
  rmSync(empty, { recursive: true, force: true });
  return measured;
}

/** A folder on which Belfry has run before, with nothing in it. */
async function makeEmpty(): Promise<string> {
  const folder = makeFolder();
  await (await startBelfry({ folder })).stop();
  return folder;
}

function stepsOn(servers: Both<Server>, { place, receiver }: Omit<Prepared, "full">): Step[] {
  return [
    async (side) => {
      const beforeMs = servers[side].cpuMs();
      const { rate, firstMs } = await herd(servers[side], receiver, HERD);
      return [rate, microseconds(servers[side].cpuMs() - beforeMs, HERD), firstMs];
    },
    async (side) => {
      const { p50, p99 } = await steady(servers[side], receiver, { rate: 300, seconds: 10 });
      return [p50, p99];
    },
    async (side) => {
      const beforeMs = servers[side].cpuMs();
      const rate = await acceptBatches(servers[side], BATCHED);
      return [rate, microseconds(servers[side].cpuMs() - beforeMs, BATCHED)];
    },
    async (side) => {
      const beforeMs = servers[side].cpuMs();
      const rate = await acceptSingly(servers[side], SINGLY);
      return [rate, microseconds(servers[side].cpuMs() - beforeMs, SINGLY)];
    },
    async (side) => {
      const server = servers[side];
      const { firstPage, deepPage, one, stats, metrics } = await read(
        server,
        side === "full" ? place : await walk(server, EMPTY_DEPTH),
      );
      return [firstPage, deepPage, one, stats, metrics];
    },
    async (side) => [servers[side].peakBytes() / MEBIBYTE],
  ];
}

/** For each of so many. */
function microseconds(ms: number, count: number): number {
  return (ms * 1_000) / count;
}

function valuesOf(rounds: readonly Measured[], side: Side, figure: number): number[] {
  return rounds.map((round) => round[side][figure] ?? Number.NaN);
}

function print(rows: readonly Compared[]): boolean {
  const machine = `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}`;
  console.log(`${machine}, ${REMINDERS} reminders at rest, medians of ${ROUNDS} rounds`);
  console.table(rows);
  const worse = rows.filter((row) => row.isWorse);
  for (const { figure, ratio } of worse) console.log(`worse on the full folder: ${figure}, ${ratio} times`);
  return worse.length === 0;
}
