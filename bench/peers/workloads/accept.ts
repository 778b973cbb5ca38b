import { BATCH } from "../order.ts";
import { farOrder, type Stage, type Workload } from "./workload.ts";

const WARM_UP = 5 * BATCH;

/** Taking far reminders in, in batches, and what they take on the disk. */
export const accept: Workload = {
  name: "accept",
  use: "accept",
  figures: [
    {
      id: "accept engine",
      workload: "accept in batches of 1000, in the caller's process",
      unit: "reminders/s",
      isMoreBetter: true,
      goal: { least: 50_000 },
    },
    {
      id: "accept HTTP",
      workload: "accept in batches of 1000, through HTTP",
      unit: "reminders/s",
      isMoreBetter: true,
      goal: { least: 25_000 },
    },
    {
      id: "accept HTTP ids",
      workload: "the same, answered with ids alone (Prefer: return=minimal)",
      unit: "reminders/s",
      isMoreBetter: true,
    },
    {
      id: "bytes",
      workload: "bytes at rest of each, indexes included",
      unit: "bytes",
      isMoreBetter: false,
      goal: { most: 600 },
    },
  ],
  run: async (stage: Stage) => {
    const { contender, site, scale } = stage;
    const rates: Record<string, number> = {};
    let bytes = 0;
    for (const way of contender.ways) {
      await site.accept(farOrder(stage, WARM_UP), way);
      await site.settle();
      // From here on, so that the tables themselves, which a program makes at first, are not counted in.
      const bytesBefore = await site.bytes();
      rates[FIGURES[way] ?? way] = scale.accepted / (await site.accept(farOrder(stage, scale.accepted), way));
      await site.settle();
      bytes += (await site.bytes()) - bytesBefore;
    }
    return { ...rates, bytes: bytes / (scale.accepted * contender.ways.length) };
  },
};

const FIGURES: Readonly<Record<string, string>> = {
  library: "accept engine",
  engine: "accept engine",
  HTTP: "accept HTTP",
  "HTTP, ids alone": "accept HTTP ids",
};
