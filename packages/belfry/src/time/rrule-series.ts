import { DAY_MS, dayOfWall, greatestCommonDivisor } from "./calendar.ts";
import { DayFilter } from "./day-filter.ts";
import { DayTimes } from "./day-times.ts";
import { MatchingDays } from "./matching-days.ts";
import type { RecurrenceRule } from "./rrule.ts";
import { Periods, withPartsOfStart } from "./rrule-periods.ts";
import type { SearchSteps } from "./search-steps.ts";
import { searchEnd, type WallSeries } from "./series.ts";
import { SetPositions } from "./set-positions.ts";
import { firstIndexFrom } from "./sorted-numbers.ts";

/** The hour, minute and second of a start, for the time parts that a rule does not give. */
export function timesOfRule(rule: RecurrenceRule, startMs: number): DayTimes {
  const second = Math.floor(startMs / 1000);
  const or = (values: number[], fallback: number) => (values.length > 0 ? values : [fallback]);
  return new DayTimes(
    or(rule.byHour, Math.floor(second / 3600) - dayOfWall(startMs) * 24),
    or(rule.byMinute, Math.floor(second / 60) - Math.floor(second / 3600) * 60),
    // A leap second never shows on these clocks.
    or(rule.bySecond, second - Math.floor(second / 60) * 60).filter((value) => value < 60),
  );
}

/**
 * A recurrence rule of DAILY or longer on the wall clock (RFC 5545 §3.3.10). It goes straight to the
 * period in question, so an old rule costs no more than a new one.
 */
export class RecurrenceSeries implements WallSeries {
  readonly #interval: number;
  readonly #startMs: number;
  readonly #steps: SearchSteps;
  readonly #days: MatchingDays;
  readonly #periods: Periods;
  readonly #times: DayTimes;
  /** Null without BYSETPOS. */
  readonly #positions: SetPositions | null;
  readonly #firstPeriod: number;
  /** BYSETPOS names no place that a set of this rule can have, or no second but leap seconds is named. */
  readonly #never: boolean;
  readonly #daily: boolean;
  /** Every period has as many occurrences. */
  readonly #uniform: boolean;
  #memoPeriod = Number.NaN;
  #memoDays: number[] = [];

  constructor(given: RecurrenceRule, startMs: number, steps: SearchSteps) {
    const startDay = dayOfWall(startMs);
    const rule = withPartsOfStart(given, startDay);
    this.#interval = rule.interval;
    this.#startMs = startMs;
    this.#steps = steps;
    this.#days = new MatchingDays(new DayFilter(rule), steps);
    this.#periods = new Periods(rule, this.#days);
    this.#times = timesOfRule(rule, startMs);
    this.#positions = rule.bySetPos.length > 0 ? new SetPositions(rule.bySetPos) : null;
    this.#firstPeriod = this.#periods.of(startDay);
    const { frequency } = rule;
    const largestSet = this.#times.count * this.#periods.mostDays;
    this.#never = largestSet === 0 || this.#positions?.reach(largestSet) === false;
    this.#daily = frequency === "DAILY";
    this.#uniform = this.#daily ? this.#days.everyDay : frequency === "WEEKLY" && rule.byMonth.length === 0;
  }

  from(wallMs: number, notAfterMs = Number.POSITIVE_INFINITY): number | null {
    if (this.#never) return null;
    const fromMs = Math.max(wallMs, this.#startMs);
    const day = dayOfWall(fromMs);
    const last = this.#periods.of(Math.min(searchEnd(day), dayOfWall(notAfterMs)));
    let period = this.#filledFrom(this.#periods.of(day), last);
    while (period !== null) {
      const index = this.#countBefore(period, fromMs);
      if (index < this.#sizeOf(period)) return this.#wallAt(period, index);
      period = this.#filledFrom(period + 1, last);
    }
    return null;
  }

  count(fromMs: number, toMs: number, enough: number): number {
    const from = Math.max(fromMs, this.#startMs);
    if (toMs <= from || this.#never) return 0;
    if (this.#interval === 1 && !this.#positions) return this.#times.countOn(this.#days, from, toMs);
    const [first, last] = [this.#periods.of(dayOfWall(from)), this.#periods.of(dayOfWall(toMs))];
    const [firstOfRule, lastOfRule] = [this.#alignedFrom(first), this.#alignedFrom(last)];
    const before = firstOfRule === first ? this.#countBefore(first, from) : 0;
    const within = lastOfRule === last ? this.#countBefore(last, toMs) : 0;
    return this.#countPeriods(firstOfRule, lastOfRule, enough + before) - before + within;
  }

  /** How many occurrences there are from one period of the rule to before another. */
  #countPeriods(first: number, end: number, enough: number): number {
    const periods = (end - first) / this.#interval;
    if (this.#uniform) return periods * this.#sizeOf(first);
    const round = this.#periods.round / greatestCommonDivisor(this.#periods.round, this.#interval);
    if (periods < 2 * round) return this.#countEach(first, end, enough);
    const rounds = Math.floor(periods / round);
    const roundEnd = first + round * this.#interval;
    const restEnd = end - (rounds - 1) * round * this.#interval;
    const inRound = this.#countEach(first, roundEnd, enough);
    return rounds * inRound + this.#countEach(roundEnd, restEnd, enough - inRound);
  }

  #countEach(first: number, end: number, enough: number): number {
    if (this.#daily) return this.#days.countEvery(first, end, this.#interval) * this.#sizeOfSet(1);
    let total = 0;
    let period = this.#filledFrom(first, end - 1);
    while (period !== null && total <= enough) {
      total += this.#sizeOf(period);
      period = this.#filledFrom(period + 1, end - 1);
    }
    return total;
  }

  #alignedFrom(period: number): number {
    return this.#firstPeriod + Math.ceil((period - this.#firstPeriod) / this.#interval) * this.#interval;
  }

  /** The first period of the rule, from one to another, that has an allowed day. */
  #filledFrom(from: number, last: number): number | null {
    let period = this.#alignedFrom(from);
    while (period <= last) {
      this.#steps.spend();
      const day = this.#days.next(this.#periods.firstDay(period), this.#periods.firstDay(last + 1) - 1);
      if (day === null) return null;
      const holder = this.#periods.of(day);
      period = this.#alignedFrom(holder);
      if (period === holder) return period;
    }
    return null;
  }

  #daysOf(period: number): number[] {
    if (period !== this.#memoPeriod) {
      this.#memoPeriod = period;
      this.#memoDays = this.#periods.days(period);
    }
    return this.#memoDays;
  }

  #sizeOf(period: number): number {
    return this.#sizeOfSet(this.#periods.size(period));
  }

  /** How many occurrences a period with so many allowed days has. */
  #sizeOfSet(days: number): number {
    const all = days * this.#times.count;
    return this.#positions ? this.#positions.among(all).length : all;
  }

  /** The occurrence of a period at an index. */
  #wallAt(period: number, index: number): number {
    const days = this.#daysOf(period);
    const inSet = this.#positions?.among(days.length * this.#times.count)[index] ?? index;
    const day = days[Math.floor(inSet / this.#times.count)] ?? 0;
    return day * DAY_MS + this.#times.at(inSet % this.#times.count);
  }

  /** How many occurrences of a period come before a wall clock. */
  #countBefore(period: number, wallMs: number): number {
    const firstMs = this.#periods.firstDay(period) * DAY_MS;
    if (wallMs <= firstMs) return 0;
    const before = this.#times.countOn(this.#days, firstMs, wallMs);
    if (!this.#positions) return before;
    return firstIndexFrom(this.#positions.among(this.#periods.size(period) * this.#times.count), before);
  }
}
