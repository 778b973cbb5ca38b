import { medianOf, round } from "../median.ts";

/** One thing that is looked at again and again. */
export interface Series {
  name: string;
  unit: string;
  /** How much its last quarter may be above its second one: times this, and this much besides. */
  allowed: { factor: number; slack: number };
}

/** One line of the table. */
export interface Trend {
  series: string;
  unit: string;
  secondQuarter: number;
  lastQuarter: number;
  allowed: number;
  growthPerDay: number;
  grows: boolean;
}

/**
 * Whether a series grows. The first quarter is for warming up; the median of the last one must not be above
 * that of the second one by more than is allowed. The whole run stands for a day, and a line through its
 * second half tells how much it would grow in one.
 */
export function trendOf({ name, unit, allowed }: Series, all: readonly number[]): Trend {
  // Where nothing came between two looks, there is no latency.
  const values = all.filter(Number.isFinite);
  const quarter = Math.floor(values.length / 4);
  const second = medianOf(values.slice(quarter, 2 * quarter));
  const last = medianOf(values.slice(-quarter));
  const most = second * allowed.factor + allowed.slack;
  return {
    series: name,
    unit,
    secondQuarter: round(second),
    lastQuarter: round(last),
    allowed: round(most),
    growthPerDay: round(slopeOf(values.slice(Math.floor(values.length / 2))) * values.length),
    grows: !(last <= most),
  };
}

/** How much the line of least squares through the values rises from one to the next. */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const rise = values.reduce((sum, value, i) => sum + (i - middle) * (value - mean), 0);
  const run = values.reduce((sum, _, i) => sum + (i - middle) ** 2, 0);
  return rise / run;
}
