import { DAY_MS, dayOfWall, greatestCommonDivisor, HOUR_MS, MINUTE_MS, modulo } from "./calendar.ts";
import { DayFilter } from "./day-filter.ts";
import { placeInZone } from "./placement.ts";
import type { RecurrenceRule } from "./rrule.ts";
import { type InstantSeries, SEARCH_DAYS, searchEnd, walkToNth } from "./series.ts";
import type { Zone } from "./zone.ts";

const UNIT_MS = { HOURLY: HOUR_MS, MINUTELY: MINUTE_MS, SECONDLY: 1000 } as const;
const ZERO = [0];

function flagsOf(values: readonly number[], size: number): boolean[] | null {
  if (values.length === 0) return null;
  const flags = new Array<boolean>(size).fill(false);
  for (const value of values) flags[value] = true;
  return flags;
}

/** First value at or after `from` that is flagged, or `flags.length`. */
function nextFlag(flags: boolean[], from: number): number {
  let value = from;
  while (value < flags.length && !flags[value]) value++;
  return value;
}

/**
 * A recurrence rule of HOURLY, MINUTELY or SECONDLY (RFC 5545 §3.3.10). The interval is real time
 * from the start on, so it runs through both passes of a repeated hour and does not stretch over a
 * gap; the BYxxx parts are read on the wall clock of each instant.
 */
export class RunningRecurrence implements InstantSeries {
  readonly #rule: RecurrenceRule;
  readonly #zone: Zone;
  readonly #filter: DayFilter;
  readonly #hours: boolean[] | null;
  readonly #minutes: boolean[] | null;
  readonly #seconds: boolean[] | null;
  readonly #secondsGiven: number[];
  readonly #startMs: number;
  /** Start of the period that the start stands in. */
  readonly #anchorMs: number;
  readonly #unitMs: number;
  readonly #stepMs: number;
  /** The interval meets the same times of day after so long a shift of the clocks. */
  readonly #cycleMs: number;
  /** The only seconds named are leap seconds, which these clocks never show. */
  readonly #never: boolean;
  /** The offset under which a reachable time of day was sought, and whether there is one. */
  readonly #reachable = new Map<number, boolean>();

  constructor(rule: RecurrenceRule, startWallMs: number, zone: Zone) {
    this.#rule = rule;
    this.#zone = zone;
    this.#filter = new DayFilter(rule);
    this.#hours = flagsOf(rule.byHour, 24);
    this.#minutes = flagsOf(rule.byMinute, 60);
    this.#secondsGiven = rule.bySecond.filter((second) => second < 60).sort((a, b) => a - b);
    this.#seconds = flagsOf(this.#secondsGiven, 60);
    this.#never = rule.bySecond.length > 0 && this.#secondsGiven.length === 0;
    this.#unitMs = UNIT_MS[rule.frequency as keyof typeof UNIT_MS];
    this.#stepMs = this.#unitMs * rule.interval;
    this.#cycleMs = greatestCommonDivisor(this.#stepMs, DAY_MS);
    this.#startMs = placeInZone(zone, startWallMs).instantMs;
    this.#anchorMs = this.#startMs - modulo(zone.wallAt(this.#startMs), this.#unitMs);
  }

  after(afterMs: number): number | null {
    if (this.#never) return null;
    const fromMs = Math.max(Math.floor(afterMs) + 1, this.#startMs);
    const lastMs = fromMs + SEARCH_DAYS * DAY_MS;
    let period = Math.max(0, Math.floor((fromMs - this.#anchorMs) / this.#stepMs));
    for (;;) {
      const periodMs = this.#anchorMs + period * this.#stepMs;
      if (periodMs > lastMs) return null;
      const jumpMs = this.#nextPossible(periodMs, lastMs);
      if (jumpMs === null) return null;
      const target = Math.floor((jumpMs - this.#anchorMs) / this.#stepMs);
      if (target > period) {
        period = target;
        continue;
      }
      for (const instantMs of this.#instantsIn(periodMs)) if (instantMs >= fromMs) return instantMs;
      period++;
    }
  }

  nth(afterMs: number, n: number): number | null {
    const plain = this.#mostInPeriod() === 1 && !this.#hours && !this.#minutes && !this.#seconds;
    if (!plain || !this.#filter.everyDay) return walkToNth((at) => this.after(at), afterMs, n, 0);
    const first = this.after(afterMs);
    return first === null ? null : first + (n - 1) * this.#stepMs;
  }

  atMost(afterMs: number, toMs: number): number {
    const fromMs = Math.max(afterMs, this.#startMs);
    return Math.max(0, Math.floor((toMs - fromMs) / this.#stepMs) + 2) * this.#mostInPeriod();
  }

  #mostInPeriod(): number {
    const { bySetPos, byMinute, bySecond, frequency } = this.#rule;
    if (bySetPos.length > 0) return bySetPos.length;
    const minutes = frequency === "HOURLY" ? byMinute.length || 1 : 1;
    return minutes * (frequency === "SECONDLY" ? 1 : bySecond.length || 1);
  }

  /**
   * The earliest instant from a period's start on that the day, hour and minute parts do not rule
   * out; never past one that matches. Null when no day is left before `lastMs`.
   */
  #nextPossible(periodMs: number, lastMs: number): number | null {
    const offsetMs = this.#zone.offsetAt(periodMs);
    const wallMs = periodMs + offsetMs;
    const day = dayOfWall(wallMs);
    if (!this.#filter.allowsDay(day)) {
      const next = this.#nextDay(day + 1);
      return next === null ? null : placeInZone(this.#zone, next * DAY_MS).instantMs;
    }
    if (!this.#canReach(offsetMs)) {
      const yearMs = periodMs + 365 * DAY_MS;
      return this.#zone.transitionIn(periodMs, Math.min(yearMs, lastMs))?.instantMs ?? yearMs;
    }
    const wait = this.#waitForTime(wallMs - day * DAY_MS);
    if (wait === 0) return periodMs;
    return this.#zone.transitionIn(periodMs, periodMs + wait)?.instantMs ?? periodMs + wait;
  }

  #nextDay(from: number): number | null {
    const last = searchEnd(from);
    for (let day = from; day <= last; day++) if (this.#filter.allowsDay(day)) return day;
    return null;
  }

  /** How long, on the wall clock, until the hour and minute parts may allow a time. */
  #waitForTime(timeMs: number): number {
    if (this.#unitMs === HOUR_MS) return 0;
    const hour = Math.floor(timeMs / HOUR_MS);
    if (this.#hours && !this.#hours[hour]) return nextFlag(this.#hours, hour) * HOUR_MS - timeMs;
    if (this.#unitMs === MINUTE_MS || !this.#minutes) return 0;
    const minute = Math.floor(timeMs / MINUTE_MS) % 60;
    if (this.#minutes[minute]) return 0;
    return hour * HOUR_MS + nextFlag(this.#minutes, minute) * MINUTE_MS - timeMs;
  }

  /** Whether, while clocks keep an offset, the interval ever meets a time of day that the rule allows. */
  #canReach(offsetMs: number): boolean {
    if (this.#cycleMs === this.#unitMs) return true;
    const known = this.#reachable.get(offsetMs);
    if (known !== undefined) return known;
    const phaseMs = modulo(this.#anchorMs + offsetMs, this.#cycleMs);
    // Hours that straddle two hours of the wall clock (half-hour changes) are looked at one by one.
    const found = phaseMs % this.#unitMs !== 0 || this.#meets(phaseMs);
    this.#reachable.set(offsetMs, found);
    return found;
  }

  #meets(phaseMs: number): boolean {
    for (let timeMs = phaseMs; timeMs < DAY_MS; timeMs += this.#cycleMs) {
      if (this.#hours && !this.#hours[Math.floor(timeMs / HOUR_MS)]) continue;
      if (this.#unitMs < HOUR_MS && this.#minutes && !this.#minutes[Math.floor(timeMs / MINUTE_MS) % 60])
        continue;
      if (this.#unitMs === 1000 && this.#seconds && !this.#seconds[Math.floor(timeMs / 1000) % 60]) continue;
      return true;
    }
    return false;
  }

  /** The occurrences of a period, in order. */
  #instantsIn(periodMs: number): number[] {
    const found: number[] = [];
    for (const minute of this.#minutesIn(periodMs)) {
      for (const second of this.#secondsIn()) {
        const instantMs = periodMs + minute * MINUTE_MS + second * 1000;
        if (this.#allows(instantMs)) found.push(instantMs);
      }
    }
    const { bySetPos } = this.#rule;
    if (bySetPos.length === 0) return found;
    const chosen = bySetPos.map((position) => found.at(position > 0 ? position - 1 : position));
    return [...new Set(chosen)].filter((instant) => instant !== undefined).sort((a, b) => a - b);
  }

  /** Minutes into an hourly period at which its minute parts may allow a time. */
  #minutesIn(periodMs: number): readonly number[] {
    if (this.#unitMs !== HOUR_MS) return ZERO;
    if (!this.#minutes) return [Math.floor((this.#startMs - this.#anchorMs) / MINUTE_MS)];
    const found: number[] = [];
    for (let minute = 0; minute < 60; minute++) {
      const wallMs = this.#zone.wallAt(periodMs + minute * MINUTE_MS);
      if (this.#minutes[modulo(Math.floor(wallMs / MINUTE_MS), 60)]) found.push(minute);
    }
    return found;
  }

  #secondsIn(): readonly number[] {
    if (this.#unitMs === 1000) return ZERO;
    if (!this.#seconds) return [Math.floor(((this.#startMs - this.#anchorMs) % MINUTE_MS) / 1000)];
    return this.#secondsGiven;
  }

  #allows(instantMs: number): boolean {
    const wallMs = this.#zone.wallAt(instantMs);
    const day = dayOfWall(wallMs);
    const timeMs = wallMs - day * DAY_MS;
    if (this.#hours && !this.#hours[Math.floor(timeMs / HOUR_MS)]) return false;
    if (this.#minutes && !this.#minutes[Math.floor(timeMs / MINUTE_MS) % 60]) return false;
    if (this.#seconds && !this.#seconds[Math.floor(timeMs / 1000) % 60]) return false;
    return this.#filter.allowsDay(day);
  }
}
