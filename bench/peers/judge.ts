import { medianOf, round } from "../median.ts";
import type { Contender } from "./contenders/contender.ts";
import type { Figure, Results } from "./figures.ts";

/** How much worse a figure may be and still be called equal: machines are noisy. */
const EQUAL_WITHIN = 1.1;

export interface Judged {
  contenders: readonly Contender[];
  results: Results;
}

/** One row of the table of goals. */
export interface Verdict {
  workload: string;
  goal: string;
  belfry: number;
  isMet: boolean;
}

/** Whether Belfry reached the goal; null where there is none, or nothing to judge it by. */
export function judge(figure: Figure, judged: Judged): Verdict | null {
  const { goal, workload } = figure;
  const own = valuesOf(figure.id, judged);
  if (goal === undefined || own.length === 0) return null;
  const limit = limitOf(figure, judged);
  if (limit === null) return null;
  const belfry = medianOf(own);
  const isMet = limit.isLeast ? belfry >= limit.value : belfry <= limit.value;
  return { workload, goal: limit.words, belfry: round(belfry), isMet };
}

interface Limit {
  value: number;
  isLeast: boolean;
  words: string;
}

function limitOf({ id, goal = { least: 0 } }: Figure, judged: Judged): Limit | null {
  if ("least" in goal) return { value: goal.least, isLeast: true, words: `at least ${goal.least}` };
  if ("most" in goal) return { value: goal.most, isLeast: false, words: `at most ${goal.most}` };
  return "timesBest" in goal ? timesBest(id, goal.timesBest, judged) : equalTo(goal.equalTo, judged);
}

function timesBest(id: string, times: number, { contenders, results }: Judged): Limit | null {
  const medians = contenders
    .filter(({ isPeer, name }) => isPeer && results.of(name, id).length > 0)
    .map(({ name }) => ({ name, median: medianOf(results.of(name, id)) }));
  const best = medians.sort((a, b) => b.median - a.median)[0];
  if (!best) return null;
  const value = times * best.median;
  const words = `${times} times ${best.name}'s ${round(best.median)}: at least ${round(value)}`;
  return { value, isLeast: true, words };
}

/** The worst round of the other figure, or its median and a tenth. */
function equalTo(other: string, judged: Judged): Limit | null {
  const values = valuesOf(other, judged);
  if (values.length === 0) return null;
  const value = Math.max(...values, EQUAL_WITHIN * medianOf(values));
  const words = `as without them, ${round(medianOf(values))} (${round(Math.min(...values))} to ${round(Math.max(...values))})`;
  return { value, isLeast: false, words };
}

function valuesOf(id: string, { contenders, results }: Judged): readonly number[] {
  const own = contenders.find(({ isPeer }) => !isPeer);
  return own ? results.of(own.name, id) : [];
}
