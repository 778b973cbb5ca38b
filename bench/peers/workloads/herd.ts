import { acceptAhead, arrivalsOf, firstOf, rateOf, type Stage, type Workload, warmUp } from "./workload.ts";

const MEGABYTE = 1_000_000;

/** Many due at one instant. */
export const herd: Workload = {
  name: "herd",
  use: "herd",
  figures: [
    {
      id: "herd",
      workload: "herd: all due at one instant",
      unit: "arrivals/s",
      isMoreBetter: true,
      goal: { timesBest: 1.2 },
    },
    {
      id: "first",
      workload: "the first of the herd arrives after",
      unit: "ms",
      isMoreBetter: false,
      goal: { most: 40 },
    },
    {
      id: "memory",
      workload: "the worker's peak memory in the herd",
      unit: "MB",
      isMoreBetter: false,
      goal: { most: 150 },
    },
    { id: "body", workload: "the body of each webhook", unit: "bytes", isMoreBetter: false },
  ],
  run: async (stage: Stage) => {
    const worker = await stage.site.startWorker();
    await warmUp(stage);
    const order = await acceptAhead(stage, { count: stage.scale.herd });
    const { takenAtMs, bodyBytes } = await arrivalsOf(stage, order);
    return {
      herd: rateOf(takenAtMs),
      first: firstOf(takenAtMs) - order.dueMs,
      memory: worker.peakBytes() / MEGABYTE,
      body: bodyBytes,
    };
  },
};
