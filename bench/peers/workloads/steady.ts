import { quantiles } from "../../workloads.ts";
import type { Goal } from "../figures.ts";
import { latenessOf } from "../receiver.ts";
import { acceptAhead, arrivalsOf, farOrder, type Stage, type Workload, warmUp } from "./workload.ts";

interface SteadyOptions {
  name: string;
  /** A second. */
  rate: number;
  words: string;
  goals: { p50: Goal; p99: Goal };
}

/** A steady stream, evenly spread: how late each is taken by the receiver. */
function steady({ name, rate, words, goals }: SteadyOptions): Workload {
  const row = { unit: "ms", isMoreBetter: false };
  return {
    name,
    use: "steady",
    figures: [
      { id: `${name} p50`, workload: `${words}, lateness p50`, goal: goals.p50, ...row },
      { id: `${name} p99`, workload: `${words}, lateness p99`, goal: goals.p99, ...row },
    ],
    run: async (stage: Stage) => {
      await stage.site.startWorker();
      await warmUp(stage);
      const count = rate * stage.scale.steadySeconds;
      const order = await acceptAhead(stage, { count, spacingMs: 1_000 / rate });
      const { p50, p99 } = quantiles(latenessOf(order, await arrivalsOf(stage, order)));
      await stage.site.rest();
      return { [`${name} p50`]: p50, [`${name} p99`]: p99 };
    },
  };
}

export const steady300 = steady({
  name: "steady-300",
  rate: 300,
  words: "steady 300 a second",
  goals: { p50: { most: 1.5 }, p99: { most: 6 } },
});

export const steady1000 = steady({
  name: "steady-1000",
  rate: 1_000,
  words: "steady 1000 a second",
  goals: { p50: { most: 2 }, p99: { most: 12 } },
});

/** The first again, over many reminders that only lie there; they are accepted once for all rounds. */
export const million: Workload = {
  ...steady({
    name: "million",
    rate: 300,
    words: "steady 300 a second over the far ones",
    goals: { p50: { equalTo: "steady-300 p50" }, p99: { equalTo: "steady-300 p99" } },
  }),
  prepare: async (stage) => {
    await stage.site.accept(farOrder(stage, stage.scale.far));
    await stage.site.settle();
    await stage.site.rest();
  },
};
