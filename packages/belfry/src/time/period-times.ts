import { DAY_MS, HOUR_MS, MINUTE_MS } from "./calendar.ts";
import type { RealTimeRule } from "./rrule.ts";
import { SetPositions } from "./set-positions.ts";

/** Length of a period of a rule that runs in real time. */
export const UNIT_MS = { HOURLY: HOUR_MS, MINUTELY: MINUTE_MS, SECONDLY: 1000 } as const;
const ZERO = [0];
const SIXTY = Array.from({ length: 60 }, (_, value) => value);

/** What rings in a period, in milliseconds from its start: what the time parts allow, and what BYSETPOS chooses of it. */
interface Rings {
  candidates: readonly number[];
  chosen: readonly number[];
}

const SILENT: Rings = { candidates: [], chosen: [] };

/** The values of a BY part as flags, without what a clock never shows (a leap second); null when it is not given. */
function flagsOf(values: readonly number[], size: number): boolean[] | null {
  if (values.length === 0) return null;
  const flags = new Array<boolean>(size).fill(false);
  for (const value of values) if (value < size) flags[value] = true;
  return flags;
}

/** The values that are flagged, or all of so many. */
function flagged(flags: boolean[] | null, size: number): readonly number[] {
  const all = SIXTY.slice(0, size);
  return flags ? all.filter((value) => flags[value]) : all;
}

/**
 * What the time parts of an HOURLY, MINUTELY or SECONDLY rule allow inside one period, whatever its day.
 * Times of day are in milliseconds on the wall clock; places in a period, in milliseconds from its start.
 */
export class PeriodTimes {
  readonly unitMs: number;
  /** No part restricts the time of day at which a period rings. */
  readonly everyPeriod: boolean;
  readonly #hours: boolean[] | null;
  readonly #minutes: boolean[] | null;
  readonly #seconds: boolean[] | null;
  readonly #minutesIn: readonly number[];
  readonly #secondsIn: readonly number[];
  readonly #positions: SetPositions | null;
  /** What rings in a period that begins on a whole unit, where its unit is allowed. */
  readonly #whole: Rings;
  /** What rings in the others, by their time of day: clocks have shifted by part of a unit since the start. */
  readonly #shifted = new Map<number, Rings>();

  /** @param startMs how far into its period the start stands: it gives the minute and second that are not given */
  constructor(rule: RealTimeRule, startMs: number) {
    this.unitMs = UNIT_MS[rule.frequency];
    this.#hours = flagsOf(rule.byHour, 24);
    this.#minutes = flagsOf(rule.byMinute, 60);
    this.#seconds = flagsOf(rule.bySecond, 60);
    const [minute, second] = [Math.floor(startMs / MINUTE_MS), Math.floor(startMs / 1000) % 60];
    this.#minutesIn = this.unitMs < HOUR_MS ? ZERO : this.#minutes ? SIXTY : [minute];
    this.#secondsIn = this.unitMs < MINUTE_MS ? ZERO : this.#seconds ? SIXTY : [second];
    this.#positions = rule.bySetPos.length > 0 ? new SetPositions(rule.bySetPos) : null;
    this.#whole = this.#ringsFrom(this.#firstWholeTime());
    const given = this.#hours ?? this.#minutes ?? this.#seconds;
    this.everyPeriod = given === null && this.#whole.chosen.length > 0;
  }

  /** What rings in a period that begins at a time of day, in order. */
  at(timeMs: number): readonly number[] {
    return this.#ringsAt(timeMs).chosen;
  }

  /** The same before BYSETPOS chooses. */
  candidatesAt(timeMs: number): readonly number[] {
    return this.#ringsAt(timeMs).candidates;
  }

  /** What BYSETPOS chooses from a set. */
  choose(set: readonly number[]): readonly number[] {
    if (!this.#positions) return set;
    return this.#positions.among(set.length).map((index) => set[index] ?? 0);
  }

  /** How many whole units of a day are allowed: how many times {@link eachWholeTime} shows. */
  get wholeCount(): number {
    const minutes = this.unitMs < HOUR_MS ? flagged(this.#minutes, 60).length : 1;
    const seconds = this.unitMs < MINUTE_MS ? flagged(this.#seconds, 60).length : 1;
    return flagged(this.#hours, 24).length * minutes * seconds;
  }

  /** Shows every time of day, on a whole unit, whose unit is allowed, in order. */
  eachWholeTime(visit: (timeMs: number) => void): void {
    const minutes = this.unitMs < HOUR_MS ? flagged(this.#minutes, 60) : ZERO;
    const seconds = this.unitMs < MINUTE_MS ? flagged(this.#seconds, 60) : ZERO;
    for (const hour of flagged(this.#hours, 24)) {
      for (const minute of minutes)
        for (const second of seconds) visit(hour * HOUR_MS + minute * MINUTE_MS + second * 1000);
    }
  }

  #firstWholeTime(): number {
    const first = (flags: boolean[] | null) => Math.max(0, flags?.indexOf(true) ?? 0);
    const minute = this.unitMs < HOUR_MS ? first(this.#minutes) : 0;
    const second = this.unitMs < MINUTE_MS ? first(this.#seconds) : 0;
    return first(this.#hours) * HOUR_MS + minute * MINUTE_MS + second * 1000;
  }

  #ringsAt(timeMs: number): Rings {
    if (timeMs % this.unitMs === 0) return this.#allowsUnit(timeMs) ? this.#whole : SILENT;
    let rings = this.#shifted.get(timeMs);
    if (!rings) {
      rings = this.#ringsFrom(timeMs);
      this.#shifted.set(timeMs, rings);
    }
    return rings;
  }

  #ringsFrom(timeMs: number): Rings {
    const candidates: number[] = [];
    for (const minute of this.#minutesIn) {
      for (const second of this.#secondsIn) {
        const placeMs = minute * MINUTE_MS + second * 1000;
        if (this.#allows((timeMs + placeMs) % DAY_MS)) candidates.push(placeMs);
      }
    }
    return { candidates, chosen: this.choose(candidates) };
  }

  /** The parts that are alike for all of a period that begins on a whole unit. */
  #allowsUnit(timeMs: number): boolean {
    if (this.#hours && !this.#hours[Math.floor(timeMs / HOUR_MS)]) return false;
    if (this.unitMs === HOUR_MS) return true;
    if (this.#minutes && !this.#minutes[Math.floor(timeMs / MINUTE_MS) % 60]) return false;
    return (
      this.unitMs === MINUTE_MS || !this.#seconds || this.#seconds[Math.floor(timeMs / 1000) % 60] === true
    );
  }

  #allows(timeMs: number): boolean {
    if (this.#hours && !this.#hours[Math.floor(timeMs / HOUR_MS)]) return false;
    if (this.#minutes && !this.#minutes[Math.floor(timeMs / MINUTE_MS) % 60]) return false;
    return !this.#seconds || this.#seconds[Math.floor(timeMs / 1000) % 60] === true;
  }
}
