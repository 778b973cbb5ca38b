import { randomInt } from "node:crypto";

/** The variable that sets the seed. */
export type SeedVariable = "BELFRY_TEST_SEED" | "FAULT_SEED";

/** Chance that can be had again. */
export interface SeededRandom {
  readonly seed: number;
  /** A number in [0, 1). */
  next(): number;
  /** A whole number from `least` up to, not including, `below`. */
  between(least: number, below: number): number;
}

/** A run that failed is repeated with the seed it printed: `BELFRY_TEST_SEED=123 vitest run …`. */
export function seededRandom(variable: SeedVariable = "BELFRY_TEST_SEED"): SeededRandom {
  const seed = Number(process.env[variable] ?? randomInt(2 ** 31));
  if (!Number.isInteger(seed)) throw new Error(`Cannot read ${variable}: it is no whole number`);
  const next = mulberry32(seed);
  return { seed, next, between: (least, below) => least + Math.floor(next() * (below - least)) };
}

/** https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
