import { acceptAhead, arrivalsOf, rateOf, type Stage, type Workload, warmUp } from "./workload.ts";

const FAIL_EVERY = 5;

/** A herd of which one of five is refused at first. */
export const retry: Workload = {
  name: "retry",
  use: "retry",
  figures: [
    {
      id: "retry",
      workload: "herd, one of five answers 500 once: all delivered",
      unit: "arrivals/s",
      isMoreBetter: true,
      goal: { timesBest: 1.3 },
    },
  ],
  run: async (stage: Stage) => {
    await stage.site.startWorker();
    await warmUp(stage);
    const count = stage.scale.herd;
    const order = await acceptAhead(stage, { count, failEvery: FAIL_EVERY });
    const { takenAtMs, refused } = await arrivalsOf(stage, order);
    const wanted = Math.ceil(count / FAIL_EVERY);
    if (refused !== wanted) throw new Error(`Cannot measure: ${refused} were refused instead of ${wanted}`);
    return { retry: rateOf(takenAtMs) };
  },
};
