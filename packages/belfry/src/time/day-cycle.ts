import { DAY_MS, greatestCommonDivisor, modulo } from "./calendar.ts";
import type { PeriodTimes } from "./period-times.ts";
import type { SearchSteps } from "./search-steps.ts";
import { firstIndexFrom } from "./sorted-numbers.ts";

/** Times of day, of a round, that are asked about in what another step of a search takes. */
const ASKED_IN_A_STEP = 16;

/** The periods of one round that ring, in order. */
interface Round {
  ringing: Int32Array;
  /** How many rings the first so many of them have; a number when each has as many. */
  rings: Int32Array | number;
}

/** The same, seen from period 0: the round begins so many periods before it. */
interface TurnedRound extends Round {
  turns: number;
}

/** x with (a * x) mod m = 1, for a and m without a common divisor (extended Euclid). */
function inverse(a: number, m: number): number {
  let [low, lowFactor, high, highFactor] = [a % m, 1, m, 0];
  while (low > 1) {
    const times = Math.floor(high / low);
    [low, lowFactor, high, highFactor] = [high - times * low, highFactor - times * lowFactor, low, lowFactor];
  }
  return modulo(lowFactor, m);
}

function ringsOfFirst({ rings }: Round, periods: number): number {
  return typeof rings === "number" ? rings * periods : (rings[periods] ?? 0);
}

/**
 * At which periods an interval meets a time of day that its rule allows, while clocks keep their offset.
 * The times of day that it meets come round after `length` periods, all congruent modulo `grainMs`. So
 * which of one round ring is worked out once; the next one, and how many, is then found at once.
 */
export class DayCycle {
  readonly #times: PeriodTimes;
  readonly #steps: SearchSteps;
  /** By how much the time of day moves from one period to the next. */
  readonly #turnMs: number;
  readonly #grainMs: number;
  readonly #length: number;
  readonly #inverse: number;
  readonly #rounds = new Map<number, Round>();
  readonly #turned = new Map<number, TurnedRound>();

  constructor(stepMs: number, times: PeriodTimes, steps: SearchSteps) {
    this.#times = times;
    this.#steps = steps;
    this.#turnMs = modulo(stepMs, DAY_MS);
    this.#grainMs = greatestCommonDivisor(stepMs, DAY_MS);
    this.#length = DAY_MS / this.#grainMs;
    this.#inverse = inverse(stepMs / this.#grainMs, this.#length);
  }

  /** First period from one on that rings, or null when none ever does; `timeMs` is the time of day of period 0. */
  next(timeMs: number, period: number): number | null {
    if (this.#times.everyPeriod || this.#rings(timeMs, period)) return period;
    if (this.#rings(timeMs, period + 1)) return period + 1;
    const { ringing, turns } = this.#roundFrom(timeMs);
    if (ringing.length === 0) return null;
    const place = modulo(turns + period, this.#length);
    const index = firstIndexFrom(ringing, place);
    const target = index < ringing.length ? ringing[index] : this.#length + (ringing[0] ?? 0);
    return period + (target ?? 0) - place;
  }

  /** How many rings there are from one period to before another, on days that are all allowed. */
  count(timeMs: number, from: number, to: number): number {
    if (to <= from) return 0;
    if (this.#times.everyPeriod) return to - from;
    const round = this.#roundFrom(timeMs);
    return this.#countBefore(round, to) - this.#countBefore(round, from);
  }

  /** Most rules ring so often that this saves them the round. */
  #rings(timeMs: number, period: number): boolean {
    const turnedMs = modulo(period, this.#length) * this.#turnMs;
    return this.#times.at(modulo(timeMs + turnedMs, DAY_MS)).length > 0;
  }

  #countBefore(round: TurnedRound, period: number): number {
    const turned = round.turns + period;
    const whole = Math.floor(turned / this.#length);
    const part = firstIndexFrom(round.ringing, turned - whole * this.#length);
    return whole * ringsOfFirst(round, round.ringing.length) + ringsOfFirst(round, part);
  }

  #roundFrom(timeMs: number): TurnedRound {
    let turned = this.#turned.get(timeMs);
    if (!turned) {
      const grains = Math.floor(timeMs / this.#grainMs);
      const round = this.#roundOf(timeMs - grains * this.#grainMs);
      turned = { ...round, turns: modulo(grains * this.#inverse, this.#length) };
      this.#turned.set(timeMs, turned);
    }
    return turned;
  }

  /** The round that is counted from its earliest time of day. */
  #roundOf(earliestMs: number): Round {
    let round = this.#rounds.get(earliestMs);
    if (!round) {
      const { unitMs, wholeCount } = this.#times;
      const few = earliestMs % unitMs === 0 && wholeCount < this.#length;
      round = few ? this.#solve(earliestMs) : this.#walk(earliestMs);
      this.#rounds.set(earliestMs, round);
    }
    return round;
  }

  /** Asks of each allowed time of day at which period of a round it comes. */
  #solve(earliestMs: number): Round {
    this.#steps.spend(Math.ceil(this.#times.wholeCount / ASKED_IN_A_STEP));
    const rings = new Uint8Array(this.#length);
    let each = 0;
    this.#times.eachWholeTime((timeMs) => {
      const grains = (timeMs - earliestMs) / this.#grainMs;
      if (!Number.isInteger(grains)) return;
      rings[modulo(grains * this.#inverse, this.#length)] = 1;
      each = this.#times.at(timeMs).length;
    });
    const ringing = new Int32Array(each === 0 ? 0 : rings.reduce((total, ring) => total + ring, 0));
    for (let place = 0, size = 0; size < ringing.length; place++)
      if (rings[place] === 1) ringing[size++] = place;
    return { ringing, rings: each };
  }

  /** Asks of each period of a round whether it rings. */
  #walk(earliestMs: number): Round {
    this.#steps.spend(Math.ceil(this.#length / ASKED_IN_A_STEP));
    const ringing = new Int32Array(this.#length);
    const rings = new Int32Array(this.#length + 1);
    let [size, timeMs] = [0, earliestMs];
    for (let place = 0; place < this.#length; place++) {
      const found = this.#times.at(timeMs).length;
      if (found > 0) {
        ringing[size++] = place;
        rings[size] = (rings[size - 1] ?? 0) + found;
      }
      timeMs += this.#turnMs;
      if (timeMs >= DAY_MS) timeMs -= DAY_MS;
    }
    return { ringing: ringing.subarray(0, size), rings: rings.subarray(0, size + 1) };
  }
}
