// A herd to many hosts, of which some never answer: `npm run bench -- hosts`; ROUNDS and HERD set how much. On
// PostgreSQL, with the roles as processes of their own. Each host is a port: a connection, and a lane, of its own.
import { cpus } from "node:os";
import { medianOf, round } from "../median.ts";
import { belfry } from "../peers/contenders/belfry.ts";
import type { Site } from "../peers/contenders/contender.ts";
import type { Order } from "../peers/order.ts";
import type { Place } from "../peers/places/place.ts";
import { openPostgresPlace } from "../peers/places/postgres.ts";
import { Receiver } from "../peers/receiver.ts";
import { readScale } from "../peers/scale.ts";
import { firstOf, lastOf, orderOf, type Stage, warmUp } from "../peers/workloads/workload.ts";

const ARRIVES_WITHIN_MS = 60_000;
/** The first may not wait for all the others to begin. */
const FIRST_WITHIN_MS = 500;
/** What is answered may not wait for what is not: that is given up after 15 s. */
const LAST_WITHIN_MS = 10_000;

interface Case {
  /** Hosts that answer. */
  answering: number;
  /** Hosts that take what they are sent and never answer; each is sent as much as the others. */
  silent: number;
}

const CASES: readonly Case[] = [
  { answering: 1, silent: 0 },
  { answering: 200, silent: 0 },
  { answering: 200, silent: 20 },
];

interface Figures {
  firstMs: number;
  lastMs: number;
  peakMb: number;
  repeats: number;
}

/** Measures and prints; whether the first came soon everywhere, silent hosts held nobody up, and nothing came twice. */
export async function measure(): Promise<boolean> {
  const { rounds } = readScale(process.env);
  const measured = new Map<Case, Figures[]>(CASES.map((one) => [one, []]));
  const receiver = await Receiver.start();
  const place = await openPostgresPlace();
  for (let nth = 0; nth < rounds; nth++)
    for (const one of CASES) measured.get(one)?.push(await figuresOf(one, { place, receiver }));
  await place.close();
  await receiver.stop();
  console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}, ${rounds} rounds, medians`);
  console.table([...measured].map(([one, figures]) => rowOf(one, figures)));
  return [...measured.values()].every(isWell);
}

function isWell(figures: readonly Figures[]): boolean {
  const first = medianOf(figures.map(({ firstMs }) => firstMs));
  const last = medianOf(figures.map(({ lastMs }) => lastMs));
  const isInTime = first <= FIRST_WITHIN_MS && last <= LAST_WITHIN_MS;
  return isInTime && figures.every(({ repeats }) => repeats === 0);
}

function rowOf({ answering, silent }: Case, figures: readonly Figures[]) {
  const cellOf = (values: readonly number[]) =>
    `${round(medianOf(values))} (${round(Math.min(...values))} to ${round(Math.max(...values))})`;
  return {
    hosts: answering,
    "besides, silent": silent,
    "first after, ms": cellOf(figures.map(({ firstMs }) => firstMs)),
    "all that are answered after, ms": cellOf(figures.map(({ lastMs }) => lastMs)),
    "the worker's peak, MB": cellOf(figures.map(({ peakMb }) => peakMb)),
    repeats: figures.reduce((sum, { repeats }) => sum + repeats, 0),
  };
}

async function figuresOf(
  one: Case,
  { place, receiver }: { place: Place; receiver: Receiver },
): Promise<Figures> {
  const scale = readScale(process.env);
  const contender = belfry(place);
  const site = await contender.open("herd");
  const stage: Stage = { contender, site, receiver, scale };
  try {
    const worker = await site.startWorker();
    await warmUp(stage);
    const order = await acceptForHosts(stage, one);
    await receiver.all(order, order.dueMs - Date.now() + ARRIVES_WITHIN_MS);
    const { takenAtMs, repeats } = await receiver.arrivals();
    const [firstMs, lastMs] = [firstOf(takenAtMs) - order.dueMs, lastOf(takenAtMs) - order.dueMs];
    return { firstMs, lastMs, peakMb: worker.peakBytes() / 1e6, repeats };
  } finally {
    await site.close();
  }
}

/** Has a herd for all hosts accepted; resolves with what of it is to arrive. */
async function acceptForHosts(stage: Stage, { answering, silent }: Case): Promise<Order> {
  const { receiver, scale, site } = stage;
  const each = Math.floor(scale.herd / answering);
  const dueMs = Date.now() + 8_000 + scale.herd / 2;
  const order = orderOf(stage, { count: answering * each, dueMs });
  const unanswered = orderOf(stage, { count: silent * each, dueMs });
  await receiver.expect(order);
  await acceptSpread(site, unanswered, await receiver.silentHosts(silent));
  await acceptSpread(site, order, await receiver.hosts(answering));
  await site.settle();
  if (Date.now() > dueMs - 2_500) throw new Error("Cannot measure: accepting took too long");
  return order;
}

/** Each host in its turn has as many of an order. */
async function acceptSpread(site: Site, order: Order, urls: readonly string[]): Promise<void> {
  const count = order.count / urls.length;
  for (const [index, url] of urls.entries())
    await site.accept({ ...order, url, count, first: order.first + index * count });
}
