import { DAY_MS } from "./calendar.ts";

/** Searches for a next occurrence end after 100 years. */
export const SEARCH_DAYS = 36_525;
/** No date after 9999-12-31 is looked for: it would not fit an ISO 8601 date of four digits. */
export const LAST_DAY = 2_932_896;

/** A rule on the wall clock: nominal times in wall milliseconds, in order, without end of its own. */
export interface WallSeries {
  /** First nominal time not before `wallMs`, or null when there is none within 100 years. */
  from(wallMs: number): number | null;
  /** The nth nominal time (from 1) of those not before `wallMs`, or null when there are not so many. */
  nth(wallMs: number, n: number): number | null;
  /** How many nominal times there can be from one wall clock to another: never too few. */
  atMost(fromMs: number, toMs: number): number;
}

/** A rule that runs in real time: instants in order. */
export interface InstantSeries {
  /** First instant after `afterMs`, or null when there is none within 100 years. */
  after(afterMs: number): number | null;
  /** The nth instant (from 1) after `afterMs`, or null when there are not so many. */
  nth(afterMs: number, n: number): number | null;
  /** How many instants there can be after one and up to another: never too few. */
  atMost(afterMs: number, toMs: number): number;
}

/** The nth by walking: for series that have no faster way. */
export function walkToNth(
  next: (from: number) => number | null,
  first: number,
  n: number,
  step: number,
): number | null {
  let at: number | null = next(first);
  for (let reached = 1; at !== null && reached < n; reached++) at = next(at + step);
  return at;
}

/** The last day to look at in a search that begins on `day`. */
export function searchEnd(day: number): number {
  return Math.min(day + SEARCH_DAYS, LAST_DAY);
}

/** Whole days, rounded up, between two wall clocks, and one more. */
export function daysSpanned(fromMs: number, toMs: number): number {
  return Math.max(0, Math.floor(toMs / DAY_MS) - Math.floor(fromMs / DAY_MS) + 1);
}
