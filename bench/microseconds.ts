const RUNS = 60;
const RUN_MS = 2;
/** Between two looks at the clock. */
const CALLS = 5;

/** Microseconds per call: the median of many short runs, so that a pause of the machine does not count. */
export function microseconds(call: (round: number) => unknown): number {
  const runs: number[] = [];
  let round = 0;
  for (let run = 0; run < RUNS; run++) {
    const startMs = performance.now();
    let calls = 0;
    while (calls < CALLS || performance.now() - startMs < RUN_MS) {
      for (let i = 0; i < CALLS; i++) call(round++);
      calls += CALLS;
    }
    runs.push(((performance.now() - startMs) * 1_000) / calls);
  }
  return runs.sort((a, b) => a - b)[RUNS / 2] ?? Number.NaN;
}
