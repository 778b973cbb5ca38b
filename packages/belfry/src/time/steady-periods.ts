import { DAY_MS, dayOfWall, modulo } from "./calendar.ts";
import type { DayCycle } from "./day-cycle.ts";
import type { MatchingDays } from "./matching-days.ts";
import type { PeriodTimes } from "./period-times.ts";
import type { SearchSteps } from "./search-steps.ts";
import { firstIndexFrom } from "./sorted-numbers.ts";

/** A rule that rings so often is counted by runs of allowed days, not one ring after another. */
const MANY_RINGS = 64;
const NONE: readonly number[] = [];

/** An HOURLY, MINUTELY or SECONDLY rule taken apart. Period n begins at `anchorMs + n * stepMs`. */
export interface RunningParts {
  anchorMs: number;
  stepMs: number;
  days: MatchingDays;
  times: PeriodTimes;
  cycle: DayCycle;
  steps: SearchSteps;
}

/** The periods of a rule while clocks keep one offset: wall clocks and instants run alike. */
export class SteadyPeriods {
  readonly #parts: RunningParts;
  /** Wall clock at which period 0 would begin under this offset, and its time of day. */
  readonly #anchorMs: number;
  readonly #timeMs: number;

  constructor(parts: RunningParts, offsetMs: number) {
    this.#parts = parts;
    this.#anchorMs = parts.anchorMs + offsetMs;
    this.#timeMs = modulo(this.#anchorMs, DAY_MS);
  }

  /** What rings in a period, in milliseconds from its start; a period across midnight has two days. */
  ringsOf(period: number): readonly number[] {
    const { times, days } = this.#parts;
    const wallMs = this.#wallOf(period);
    const day = dayOfWall(wallMs);
    const timeMs = wallMs - day * DAY_MS;
    const allowed = days.has(day);
    const oneDay = timeMs + times.unitMs <= DAY_MS;
    if (oneDay || days.has(day + 1) === allowed) return allowed ? times.at(timeMs) : NONE;
    return times.choose(this.candidates(period, 0, times.unitMs));
  }

  /** What the time and day parts allow from one place in a period to before another. */
  candidates(period: number, fromMs: number, toMs: number): readonly number[] {
    const { times, days } = this.#parts;
    const wallMs = this.#wallOf(period);
    const day = dayOfWall(wallMs);
    const places = times.candidatesAt(wallMs - day * DAY_MS);
    const midnightMs = (day + 1) * DAY_MS - wallMs;
    const index = (placeMs: number) => firstIndexFrom(places, Math.min(Math.max(placeMs, fromMs), toMs));
    const first = days.has(day) ? places.slice(index(0), index(midnightMs)) : NONE;
    const second = days.has(day + 1) ? places.slice(index(midnightMs), index(times.unitMs)) : NONE;
    return [...first, ...second];
  }

  /** First period that rings, from one to before another, or null. */
  next(from: number, end: number): number | null {
    const { cycle, days, steps, times } = this.#parts;
    let period = cycle.next(this.#timeMs, from);
    while (period !== null && period < end) {
      steps.spend();
      const wallMs = this.#wallOf(period);
      const day = dayOfWall(wallMs);
      const lastDay = dayOfWall(wallMs + times.unitMs - 1);
      if (days.has(day) || (lastDay > day && days.has(lastDay))) {
        if (this.ringsOf(period).length > 0) return period;
        period = cycle.next(this.#timeMs, period + 1);
      } else {
        const open = days.next(lastDay + 1, dayOfWall(this.#wallOf(end)));
        if (open === null) return null;
        period = cycle.next(this.#timeMs, this.#firstEndingAfter(open * DAY_MS));
      }
    }
    return null;
  }

  /** How many rings there are from one period to before another. */
  count(from: number, end: number): number {
    const { cycle, days } = this.#parts;
    const unfiltered = cycle.count(this.#timeMs, from, end);
    if (days.everyDay || unfiltered === 0) return unfiltered;
    return unfiltered > MANY_RINGS ? this.#countRuns(from, end) : this.#countEach(from, end);
  }

  #countEach(from: number, end: number): number {
    let total = 0;
    let period = this.next(from, end);
    while (period !== null) {
      total += this.ringsOf(period).length;
      period = this.next(period + 1, end);
    }
    return total;
  }

  /** By runs of days that are all allowed; a period across an end of a run rings in part. */
  #countRuns(from: number, end: number): number {
    const { cycle, days, steps, times } = this.#parts;
    const lastDay = dayOfWall(this.#wallOf(end - 1) + times.unitMs - 1);
    let total = 0;
    let period = from;
    let open = days.next(dayOfWall(this.#wallOf(from)), lastDay);
    while (open !== null && period < end) {
      steps.spend();
      const close = days.nextGap(open, lastDay) ?? lastDay + 1;
      period = Math.max(period, this.#firstEndingAfter(open * DAY_MS));
      if (period < end && this.#wallOf(period) < open * DAY_MS) total += this.ringsOf(period++).length;
      const stop = Math.min(end, this.#firstEndingAfter(close * DAY_MS));
      total += cycle.count(this.#timeMs, period, stop);
      period = Math.max(period, stop);
      if (period < end && this.#wallOf(period) < close * DAY_MS) total += this.ringsOf(period++).length;
      open = days.next(close + 1, lastDay);
    }
    return total;
  }

  #wallOf(period: number): number {
    return this.#anchorMs + period * this.#parts.stepMs;
  }

  /** The period that a wall clock stands in or, between periods, the next one. */
  #firstEndingAfter(wallMs: number): number {
    const { stepMs, times } = this.#parts;
    return Math.floor((wallMs - times.unitMs - this.#anchorMs) / stepMs) + 1;
  }
}
