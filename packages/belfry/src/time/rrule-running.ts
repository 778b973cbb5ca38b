import { DAY_MS, dayOfWall, modulo } from "./calendar.ts";
import { DayCycle } from "./day-cycle.ts";
import { DayFilter } from "./day-filter.ts";
import { MatchingDays } from "./matching-days.ts";
import { PeriodTimes, UNIT_MS } from "./period-times.ts";
import { placeInZone } from "./placement.ts";
import type { RealTimeRule } from "./rrule.ts";
import type { SearchSteps } from "./search-steps.ts";
import { type InstantSeries, SEARCH_DAYS } from "./series.ts";
import { firstIndexFrom } from "./sorted-numbers.ts";
import { type RunningParts, SteadyPeriods } from "./steady-periods.ts";
import type { Zone } from "./zone.ts";

/** How far ahead a change of clocks is looked for at once. */
const LOOK_AHEAD_MS = 400 * DAY_MS;

/** Periods that lie wholly in a time in which clocks keep one offset. */
interface Stretch {
  periods: SteadyPeriods;
  /** First period that does not belong to it. */
  end: number;
  /** That period lies across a change of clocks. */
  endIsCut: boolean;
}

/**
 * A recurrence rule of HOURLY, MINUTELY or SECONDLY (RFC 5545 §3.3.10). The interval is real time
 * from the start on, so it runs through both passes of a repeated hour and does not stretch over a
 * gap; the BYxxx parts are read on the wall clock of each instant.
 */
export class RunningRecurrence implements InstantSeries {
  readonly #zone: Zone;
  readonly #parts: RunningParts;
  readonly #startMs: number;

  constructor(rule: RealTimeRule, startWallMs: number, { zone, steps }: { zone: Zone; steps: SearchSteps }) {
    const unitMs = UNIT_MS[rule.frequency];
    const stepMs = unitMs * rule.interval;
    this.#zone = zone;
    this.#startMs = placeInZone(zone, startWallMs).instantMs;
    // Period 0 is the one that the start stands in.
    const intoPeriodMs = modulo(zone.wallAt(this.#startMs), unitMs);
    const times = new PeriodTimes(rule, intoPeriodMs);
    const days = new MatchingDays(new DayFilter(rule), steps);
    const cycle = new DayCycle(stepMs, times, steps);
    this.#parts = { anchorMs: this.#startMs - intoPeriodMs, stepMs, days, times, cycle, steps };
  }

  from(instantMs: number, notAfterMs = Number.POSITIVE_INFINITY): number | null {
    const fromMs = Math.max(instantMs, this.#startMs);
    const last = this.#periodAt(Math.min(fromMs + SEARCH_DAYS * DAY_MS, notAfterMs));
    // Most rules ring in the period at hand or the next: these are looked at first.
    const atHand = this.#periodAt(fromMs);
    for (const period of [atHand, atHand + 1]) {
      if (period > last) return null;
      const places = this.#placesIn(period);
      const placeMs = places[firstIndexFrom(places, fromMs - this.#startOf(period))];
      if (placeMs !== undefined) return this.#startOf(period) + placeMs;
    }
    return this.#search(atHand + 2, last);
  }

  count(fromMs: number, toMs: number, enough: number): number {
    const from = Math.max(fromMs, this.#startMs);
    if (toMs <= from) return 0;
    const [first, last] = [this.#periodAt(from), this.#periodAt(toMs)];
    const before = this.#countBefore(first, from);
    const within = this.#countBefore(last, toMs);
    return this.#countPeriods(first, last, enough + before) - before + within;
  }

  #search(from: number, last: number): number | null {
    for (let period = this.#skipDays(from, last); period <= last; period = this.#skipDays(period, last)) {
      const { periods, end, endIsCut } = this.#stretchFrom(period, last + 1);
      const found = periods.next(period, end);
      if (found !== null) return this.#startOf(found) + (periods.ringsOf(found)[0] ?? 0);
      const cut = endIsCut ? this.#placesIn(end)[0] : undefined;
      if (cut !== undefined) return this.#startOf(end) + cut;
      period = endIsCut ? end + 1 : end;
    }
    return null;
  }

  /** How many rings there are from one period to before another. */
  #countPeriods(from: number, to: number, enough: number): number {
    let total = 0;
    for (let period = this.#skipDays(from, to); period < to; period = this.#skipDays(period, to)) {
      if (total > enough) return total;
      const { periods, end, endIsCut } = this.#stretchFrom(period, to);
      total += periods.count(period, end);
      if (endIsCut) total += this.#placesIn(end).length;
      period = endIsCut ? end + 1 : end;
    }
    return total;
  }

  /** How many rings of a period come before an instant. */
  #countBefore(period: number, instantMs: number): number {
    return firstIndexFrom(this.#placesIn(period), instantMs - this.#startOf(period));
  }

  /**
   * A period, from one on, before which no allowed day comes; the one after `last` when none comes at all.
   * Clocks stand less than a day from UTC, so no zone is asked.
   */
  #skipDays(period: number, last: number): number {
    const { days } = this.#parts;
    if (days.everyDay) return period;
    const day = dayOfWall(this.#startOf(period));
    const open = days.next(day - 1, dayOfWall(this.#startOf(last)) + 2);
    if (open === null) return last + 1;
    return open > day + 2 ? Math.max(period, this.#periodAt((open - 2) * DAY_MS)) : period;
  }

  /** The stretch that begins with a period and ends before another at the latest. */
  #stretchFrom(period: number, before: number): Stretch {
    const { anchorMs, stepMs, times, steps } = this.#parts;
    steps.spend();
    const startMs = this.#startOf(period);
    const periods = new SteadyPeriods(this.#parts, this.#zone.offsetAt(startMs));
    const aheadMs = startMs + LOOK_AHEAD_MS;
    const endMs = this.#zone.transitionIn(startMs, aheadMs)?.instantMs ?? aheadMs;
    const end = Math.floor((endMs - times.unitMs - anchorMs) / stepMs) + 1;
    if (end >= before) return { periods, end: before, endIsCut: false };
    return { periods, end, endIsCut: this.#startOf(end) < endMs };
  }

  /** What rings in a period, in milliseconds from its start, also when clocks change in it. */
  #placesIn(period: number): readonly number[] {
    const { unitMs } = this.#parts.times;
    const startMs = this.#startOf(period);
    const lastMs = startMs + unitMs - 1;
    const [offsetMs, laterMs] = [this.#zone.offsetAt(startMs), this.#zone.offsetAt(lastMs)];
    const before = new SteadyPeriods(this.#parts, offsetMs);
    if (laterMs === offsetMs) return before.ringsOf(period);
    const after = new SteadyPeriods(this.#parts, laterMs);
    const cutMs = (this.#zone.transitionIn(startMs, lastMs)?.instantMs ?? lastMs) - startMs;
    const first = before.candidates(period, 0, cutMs);
    return this.#parts.times.choose([...first, ...after.candidates(period, cutMs, unitMs)]);
  }

  #startOf(period: number): number {
    return this.#parts.anchorMs + period * this.#parts.stepMs;
  }

  /** The last period that begins at or before an instant. */
  #periodAt(instantMs: number): number {
    return Math.floor((instantMs - this.#parts.anchorMs) / this.#parts.stepMs);
  }
}
