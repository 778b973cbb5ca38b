import { DAY_MS, dayOfWall } from "./calendar.ts";
import { DayFilter } from "./day-filter.ts";
import { DayTimes } from "./day-times.ts";
import type { RecurrenceRule } from "./rrule.ts";
import { Periods, withPartsOfStart } from "./rrule-periods.ts";
import { LAST_DAY, searchEnd, type WallSeries } from "./series.ts";

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
  readonly #rule: RecurrenceRule;
  readonly #startMs: number;
  readonly #periods: Periods;
  readonly #times: DayTimes;
  readonly #firstPeriod: number;
  /** Every period but the first has as many occurrences. */
  readonly #uniform: boolean;
  #memoPeriod = Number.NaN;
  #memoDays: number[] = [];

  constructor(rule: RecurrenceRule, startMs: number) {
    const startDay = dayOfWall(startMs);
    this.#rule = withPartsOfStart(rule, startDay);
    this.#startMs = startMs;
    const filter = new DayFilter(this.#rule);
    this.#periods = new Periods(this.#rule, filter);
    this.#times = timesOfRule(rule, startMs);
    this.#firstPeriod = this.#periods.of(startDay);
    this.#uniform = filter.everyDay || (rule.frequency === "WEEKLY" && rule.byMonth.length === 0);
  }

  from(wallMs: number): number | null {
    if (this.#times.count === 0) return null;
    const fromMs = Math.max(wallMs, this.#startMs);
    const day = dayOfWall(fromMs);
    const last = this.#periods.of(searchEnd(day));
    for (
      let period = this.#alignedFrom(this.#periods.of(day));
      period <= last;
      period += this.#rule.interval
    ) {
      const found = this.#firstIn(period, fromMs);
      if (found !== null) return found;
    }
    return null;
  }

  nth(wallMs: number, n: number): number | null {
    const fromMs = Math.max(wallMs, this.#startMs);
    const first = this.#periods.of(dayOfWall(fromMs));
    const idleLimit = this.#periods.of(searchEnd(dayOfWall(fromMs))) - first;
    const last = this.#periods.of(LAST_DAY);
    let [left, found] = [n, first];
    for (let period = this.#alignedFrom(first); period <= last; period += this.#rule.interval) {
      const before = period === first ? this.#countBefore(period, fromMs) : 0;
      const size = this.#sizeOf(period) - before;
      if (size >= left) return this.#wallAt(period, before + left - 1);
      left -= size;
      if (size > 0) found = period;
      else if (period - found > idleLimit) return null;
      if (this.#uniform && period !== first && size > 0) {
        const skipped = Math.floor((left - 1) / size);
        left -= skipped * size;
        period += skipped * this.#rule.interval;
      }
    }
    return null;
  }

  atMost(fromMs: number, toMs: number): number {
    const first = this.#periods.of(dayOfWall(Math.max(fromMs, this.#startMs)));
    const periods = Math.floor((this.#periods.of(dayOfWall(toMs)) - first) / this.#rule.interval) + 2;
    return Math.max(0, periods) * this.#mostInPeriod();
  }

  #mostInPeriod(): number {
    const { bySetPos, byMonth, byMonthDay, byYearDay, byDay, frequency } = this.#rule;
    if (bySetPos.length > 0) return bySetPos.length;
    const months = frequency === "YEARLY" ? byMonth.length || 12 : 1;
    const bounds = [frequency === "DAILY" ? 1 : frequency === "WEEKLY" ? 7 : months * 31];
    if (byMonthDay.length > 0) bounds.push(byMonthDay.length * months);
    if (byYearDay.length > 0) bounds.push(byYearDay.length);
    if (frequency === "WEEKLY") bounds.push(byDay.length);
    if (byDay.length > 0 && byDay.every((day) => day.ordinal !== 0)) bounds.push(byDay.length * months);
    return Math.min(...bounds) * this.#times.count;
  }

  #alignedFrom(period: number): number {
    const { interval } = this.#rule;
    return this.#firstPeriod + Math.ceil((period - this.#firstPeriod) / interval) * interval;
  }

  #daysOf(period: number): number[] {
    if (period !== this.#memoPeriod) {
      this.#memoPeriod = period;
      this.#memoDays = this.#periods.days(period);
    }
    return this.#memoDays;
  }

  /** Positions in the set of the period that BYSETPOS chooses, in order; null when it is not given. */
  #positions(size: number): number[] | null {
    const { bySetPos } = this.#rule;
    if (bySetPos.length === 0) return null;
    const chosen = new Set<number>();
    for (const position of bySetPos) {
      const index = position > 0 ? position - 1 : size + position;
      if (index >= 0 && index < size) chosen.add(index);
    }
    return [...chosen].sort((a, b) => a - b);
  }

  #wallInSet(days: number[], index: number): number {
    const day = days[Math.floor(index / this.#times.count)] ?? 0;
    return day * DAY_MS + this.#times.at(index % this.#times.count);
  }

  #sizeOf(period: number): number {
    const all = this.#daysOf(period).length * this.#times.count;
    return this.#positions(all)?.length ?? all;
  }

  /** The occurrence of a period at an index. */
  #wallAt(period: number, index: number): number {
    const days = this.#daysOf(period);
    const positions = this.#positions(days.length * this.#times.count);
    return this.#wallInSet(days, positions ? (positions[index] ?? 0) : index);
  }

  /** How many occurrences of a period come before a wall clock. */
  #countBefore(period: number, wallMs: number): number {
    const days = this.#daysOf(period);
    const wallDay = dayOfWall(wallMs);
    const daysBefore = days.filter((day) => day < wallDay).length;
    const onDay = days[daysBefore] === wallDay ? this.#times.indexFrom(wallMs - wallDay * DAY_MS) : 0;
    const before = daysBefore * this.#times.count + onDay;
    const positions = this.#positions(days.length * this.#times.count);
    return positions ? positions.filter((position) => position < before).length : before;
  }

  #firstIn(period: number, wallMs: number): number | null {
    const index = this.#countBefore(period, wallMs);
    return index < this.#sizeOf(period) ? this.#wallAt(period, index) : null;
  }
}
