import { medianOf, round } from "../median.ts";

/** A figure that is measured on both folders in every round. */
export interface Figure {
  name: string;
  unit: string;
  better: "more" | "less";
  /** A difference no larger than this cannot be told from noise and is never worse, in the unit. */
  slack?: number;
}

/** One line of the table. */
export interface Compared {
  figure: string;
  unit: string;
  empty: number;
  full: number;
  ratio: number;
  spread: string;
  isWorse: boolean;
}

/** By so much may the full folder be worse. */
const ALLOWED = 1.1;

/**
 * Compares what was measured round by round. The ratio is taken within each round, whose two measurements
 * stand side by side, and the median of the ratios counts.
 */
export function compare(figure: Figure, empty: readonly number[], full: readonly number[]): Compared {
  const ratios = full.map((value, index) => value / (empty[index] ?? Number.NaN));
  const ratio = medianOf(ratios);
  const medians = { empty: medianOf(empty), full: medianOf(full) };
  const worseBy = figure.better === "less" ? ratio : 1 / ratio;
  const isBeyondNoise = Math.abs(medians.full - medians.empty) > (figure.slack ?? 0);
  return {
    figure: figure.name,
    unit: figure.unit,
    empty: round(medians.empty),
    full: round(medians.full),
    ratio: round(ratio),
    spread: `${round(Math.min(...ratios))} to ${round(Math.max(...ratios))}`,
    isWorse: worseBy > ALLOWED && isBeyondNoise,
  };
}
