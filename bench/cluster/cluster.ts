// Several workers on one PostgreSQL, and a webhook that takes its time: `npm run bench -- cluster`; ROUNDS and
// HERD set how much. The roles are processes of their own, as users run them. On a machine with as few CPUs as
// there are processes, workers share them: the ratio says what one more brings there.
import { cpus } from "node:os";
import { medianOf, round } from "../median.ts";
import { belfry } from "../peers/contenders/belfry.ts";
import type { Place } from "../peers/places/place.ts";
import { openPostgresPlace } from "../peers/places/postgres.ts";
import { Receiver } from "../peers/receiver.ts";
import { readScale } from "../peers/scale.ts";
import { acceptAhead, arrivalsOf, rateOf, type Stage, warmUp } from "../peers/workloads/workload.ts";

const WORKERS = [1, 2, 4];
const SLOW_MS = 20;

interface Case {
  workers: number;
  answerAfterMs: number;
}

const CASES: readonly Case[] = [0, SLOW_MS].flatMap((answerAfterMs) =>
  WORKERS.map((workers) => ({ workers, answerAfterMs })),
);

/** Measures and prints; there are no goals. */
export async function measure(): Promise<boolean> {
  const { rounds } = readScale(process.env);
  const rates = new Map<Case, number[]>(CASES.map((one) => [one, []]));
  const receiver = await Receiver.start();
  const place = await openPostgresPlace();
  for (let nth = 0; nth < rounds; nth++)
    for (const one of CASES) rates.get(one)?.push(await rateWith(one, { place, receiver }));
  await place.close();
  await receiver.stop();
  console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}, ${rounds} rounds, medians`);
  console.table(
    [...rates].map(([{ workers, answerAfterMs }, values]) => ({
      workers,
      "the webhook answers after": `${answerAfterMs} ms`,
      "arrivals/s": round(medianOf(values)),
      spread: `${round(Math.min(...values))} to ${round(Math.max(...values))}`,
    })),
  );
  return true;
}

/** Arrivals a second of a herd. */
async function rateWith(
  { workers, answerAfterMs }: Case,
  { place, receiver }: { place: Place; receiver: Receiver },
): Promise<number> {
  const scale = readScale(process.env);
  const contender = belfry(place);
  const site = await contender.open("herd");
  const stage: Stage = { contender, site, receiver, scale };
  try {
    for (let nth = 0; nth < workers; nth++) await site.startWorker();
    await warmUp(stage);
    const order = await acceptAhead(stage, { count: scale.herd, answerAfterMs });
    return rateOf((await arrivalsOf(stage, order)).takenAtMs);
  } finally {
    await site.close();
  }
}
