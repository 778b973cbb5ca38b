import {
  type CivilDate,
  civilDate,
  dayNumber,
  daysInMonth,
  firstDayOfYear,
  isLeapYear,
  weekdayOf,
} from "./calendar.ts";
import type { DayRule } from "./day-rule.ts";
import type { SearchSteps } from "./search-steps.ts";

const WHOLE_MONTH = 0x7fffffff;

/**
 * Years of a kind have the same calendar, and so have the years beside them (whose numbered weeks may
 * reach into them): it hangs on the weekday of 1 January, and on which of the three years is leap.
 */
function kindOfYear(year: number): number {
  const leap = [year, year - 1, year + 1].findIndex(isLeapYear);
  return (leap + 1) * 7 + weekdayOf(firstDayOfYear(year));
}

/** How many bits of a month are set. */
function bitCount(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Index of the lowest bit that is set. */
function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

/**
 * The days that a rule allows, as a bit for each day of a month, worked out once for each kind of year:
 * so a search passes a month, and a count a year, in one step.
 */
export class MatchingDays {
  readonly everyDay: boolean;
  readonly #rule: DayRule;
  readonly #steps: SearchSteps;
  /** The bits of each month of each kind of year, as far as they have been asked for. */
  readonly #months: (number | undefined)[] = [];
  /** How many days of each kind of year are allowed before each month, and in all. */
  readonly #before: (number[] | undefined)[] = [];
  /** The year and the month last asked about: most questions are about the same. */
  #year = Number.NaN;
  #kind = 0;
  #monthFirst = 0;
  #monthEnd = 0;
  #monthBits = 0;

  constructor(rule: DayRule, steps: SearchSteps) {
    this.#rule = rule;
    this.#steps = steps;
    this.everyDay = rule.everyDay;
  }

  has(number: number): boolean {
    if (this.everyDay) return true;
    if (number < this.#monthFirst || number >= this.#monthEnd) this.#turnTo(number);
    return ((this.#monthBits >>> (number - this.#monthFirst)) & 1) === 1;
  }

  /** First allowed day from one to another, both included, or null. */
  next(from: number, last: number): number | null {
    if (!this.everyDay) return this.#seek(from, last, 0);
    return from <= last ? from : null;
  }

  /** First day that is not allowed from one to another, both included, or null. */
  nextGap(from: number, last: number): number | null {
    return this.everyDay ? null : this.#seek(from, last, WHOLE_MONTH);
  }

  /** How many days are allowed from one to before another. */
  count(from: number, to: number): number {
    if (this.everyDay || to <= from) return Math.max(0, to - from);
    if (to - from <= 31) return this.#countEach(from, to);
    const [first, end] = [civilDate(from), civilDate(to)];
    let total = this.#countBefore(end) - this.#countBefore(first);
    for (let year = first.year; year < end.year; year++) total += this.#countMonths(year, 12);
    return total;
  }

  /** How many days are allowed from one to before another, looking at every so many days only. */
  countEvery(from: number, to: number, interval: number): number {
    let total = 0;
    for (let next = from; next < to; ) {
      this.#steps.spend();
      const { year, month, day } = civilDate(next);
      const first = next - day + 1;
      const end = Math.min(to, first + daysInMonth(year, month));
      let bits = 0;
      for (; next < end; next += interval) bits |= 1 << (next - first);
      total += bitCount(bits & this.#bits(year, month));
    }
    return total;
  }

  /** First day from one to another whose bit, turned over by `mask`, is set. */
  #seek(from: number, last: number, mask: number): number | null {
    if (from > last) return null;
    let { year, month, day } = civilDate(from);
    let first = from - day + 1;
    for (;;) {
      const length = daysInMonth(year, month);
      const wholeMonth = length === 31 ? WHOLE_MONTH : (1 << length) - 1;
      const bits = (this.#bits(year, month) ^ mask) & wholeMonth & (-1 << (day - 1));
      if (bits !== 0) {
        const found = first + lowestBit(bits);
        return found <= last ? found : null;
      }
      this.#steps.spend();
      first += length;
      if (first > last) return null;
      day = 1;
      month = month === 12 ? 1 : month + 1;
      if (month === 1) year++;
    }
  }

  /** For a few days: it looks at their months only. */
  #countEach(from: number, to: number): number {
    let total = 0;
    for (let day = from; day < to; day = Math.min(to, this.#monthEnd)) {
      if (day < this.#monthFirst || day >= this.#monthEnd) this.#turnTo(day);
      const upToEnd = Math.min(to, this.#monthEnd) - day;
      total += bitCount((this.#monthBits >>> (day - this.#monthFirst)) & ((1 << upToEnd) - 1));
    }
    return total;
  }

  /** How many days of its year are allowed before a day. */
  #countBefore({ year, month, day }: CivilDate): number {
    const earlier = bitCount(this.#bits(year, month) & ((1 << (day - 1)) - 1));
    return this.#countMonths(year, month - 1) + earlier;
  }

  /** How many days are allowed in the first months of a year. */
  #countMonths(year: number, months: number): number {
    const kind = this.#kindOf(year);
    let before = this.#before[kind];
    if (!before) {
      before = [0];
      for (let month = 1; month <= 12; month++)
        before.push((before[month - 1] ?? 0) + bitCount(this.#bits(year, month)));
      this.#before[kind] = before;
    }
    return before[months] ?? 0;
  }

  #bits(year: number, month: number): number {
    const index = this.#kindOf(year) * 12 + month - 1;
    const known = this.#months[index];
    if (known !== undefined) return known;
    const bits = this.#workOut(year, month);
    this.#months[index] = bits;
    return bits;
  }

  #turnTo(number: number): void {
    const { year, month, day } = civilDate(number);
    this.#monthFirst = number - day + 1;
    this.#monthEnd = this.#monthFirst + daysInMonth(year, month);
    this.#monthBits = this.#bits(year, month);
  }

  #kindOf(year: number): number {
    if (year !== this.#year) {
      this.#year = year;
      this.#kind = kindOfYear(year);
    }
    return this.#kind;
  }

  #workOut(year: number, month: number): number {
    if (!this.#rule.allowsMonth(month)) return 0;
    const monthLength = daysInMonth(year, month);
    const first = dayNumber(year, month, 1);
    let bits = 0;
    for (let day = 1; day <= monthLength; day++) {
      if (this.#rule.allows({ number: first + day - 1, day, month, year, monthLength }))
        bits |= 1 << (day - 1);
    }
    return bits;
  }
}
